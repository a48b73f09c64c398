-- Queues the replies that routes asked for, for new messages only and once for each rule and wamid; never from a number that
-- nobody configured.
with reply as (
    insert into message (contact_id, ticket_id, ticket_reason, phone_number_id, direction, type, status, text,
                         context_wamid, reply_rule, mode, simulated, recipient, payload)
    select r.contact_id, r.ticket_id, 'quoted-message', r.phone_number_id, 'outbound', 'text', 'queued', wanted.text,
           r.wamid, wanted.rule, r.mode, r.simulated,
           case when r.wa_id is not null then jsonb_build_object('to', '+' || ltrim(r.wa_id, '+'))
                else jsonb_build_object('recipient', r.user_id) end,
           jsonb_build_object('type', 'text', 'text', jsonb_build_object('body', wanted.text),
                              'context', jsonb_build_object('message_id', r.wamid))
    from json_to_recordset(cast(:?messages as json))
        as r (contact_id bigint, ticket_id bigint, phone_number_id text, wamid text, wa_id text, user_id text, mode text,
              simulated boolean, stored boolean, replies jsonb)
    cross join lateral jsonb_to_recordset(r.replies) as wanted (rule text, text text)
    join channel c on c.phone_number_id = r.phone_number_id and c.state = 'configured'
    where r.stored and r.replies is not null
    on conflict (phone_number_id, context_wamid, reply_rule) where reply_rule is not null do nothing
    returning id, contact_id, ticket_id, phone_number_id, mode, text, sent_at
), ticket_touched as (
    update ticket t
    set last_message_at = greatest(t.last_message_at, latest.sent_at), last_preview = left(latest.text, 200)
    from (select distinct on (ticket_id) ticket_id, text, sent_at from reply order by ticket_id, id desc) as latest
    where t.id = latest.ticket_id
), contact_touched as (
    update contact c set last_outbound_at = greatest(c.last_outbound_at, latest.sent_at)
    from (select contact_id, max(sent_at) as sent_at from reply group by contact_id) as latest
    where c.id = latest.contact_id
)
insert into outbox (message_id, contact_id, phone_number_id, mode)
select id, contact_id, phone_number_id, mode from reply order by id
