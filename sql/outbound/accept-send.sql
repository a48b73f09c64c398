-- Message, outbox row, ticket and idempotency key: all of a send, in one statement.
with send as (
    select s.*, f."contactId" as contact_id, f."ticketId" as found_ticket_id, f."phoneNumberId" as phone_number_id
    from jsonb_to_record(cast(:?send as jsonb))
        as s (type text, text text, payload jsonb, recipient jsonb, "mediaId" uuid, "ticketId" text, "replyTo" text,
              "idempotencyKey" text, "bodyHash" text, author text, "authorKind" text),
    jsonb_to_record(cast(:?found as jsonb))
        as f ("contactId" bigint, "ticketId" bigint, "phoneNumberId" text)
), open_ticket as (
    select t.id, 'open-ticket' as reason from ticket t join send on t.contact_id = send.contact_id
        and t.phone_number_id = send.phone_number_id
    where t.status <> 'closed' and send.found_ticket_id is null
), new_ticket as (
    insert into ticket (contact_id, phone_number_id, reason, simulated, last_message_at, last_preview)
    select send.contact_id, send.phone_number_id, 'opened-by-send', cast(:?mode as text) = 'mock', now(),
           left(coalesce(send.text, send.type), 200)
    from send
    where send.found_ticket_id is null and not exists (select 1 from open_ticket)
    returning id, reason
), ticket_of as (
    select send.found_ticket_id as id, case when send."ticketId" is not null then 'given-by-sender' else 'quoted-message' end as reason
    from send where send.found_ticket_id is not null
    union all select id, reason from open_ticket
    union all select id, reason from new_ticket
), touched as (
    update ticket t
    set last_message_at = greatest(t.last_message_at, now()), last_preview = left(coalesce(send.text, send.type), 200)
    from ticket_of, send where t.id = ticket_of.id and ticket_of.reason <> 'opened-by-send'
), message_new as (
    insert into message (contact_id, ticket_id, ticket_reason, phone_number_id, direction, type, status, text, context_wamid,
                         media_id, mode, simulated, recipient, payload, author, author_kind)
    select send.contact_id, ticket_of.id, ticket_of.reason, send.phone_number_id, 'outbound', send.type, 'queued', send.text,
           send.payload -> 'context' ->> 'message_id', send."mediaId", cast(:?mode as text), cast(:?mode as text) = 'mock',
           send.recipient, send.payload, send.author, send."authorKind"
    from send, ticket_of
    returning id, contact_id, ticket_id, ticket_reason, phone_number_id, mode, created_at
), queued as (
    insert into outbox (message_id, contact_id, phone_number_id, mode)
    select id, contact_id, phone_number_id, mode from message_new
), key as (
    insert into idempotency_key (key, body_hash, message_id)
    select send."idempotencyKey", send."bodyHash", message_new.id from send, message_new where send."idempotencyKey" is not null
)
select cast(jsonb_build_object('id', cast(m.id as text), 'status', 'queued', 'type', send.type,
    'contactId', cast(m.contact_id as text), 'ticketId', cast(m.ticket_id as text), 'ticketReason', m.ticket_reason,
    'simulated', m.mode = 'mock', 'createdAt', to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24":"MI":"SS.MS"Z"')) as text) as accepted
from message_new m, send
