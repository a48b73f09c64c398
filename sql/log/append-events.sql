-- Appends the domain events of a batch to the topic `events`. The last statement of the transaction, for it holds the
-- topic's head until the commit: positions are dense and in commit order.
with event as (
    select row_number() over (order by r.pos, r.item) as n, r.simulated,
           jsonb_strip_nulls(case r.part
               when 'message' then jsonb_build_object('type', 'message.received', 'messageId', cast(r.message_id as text),
                   'contactId', cast(r.contact_id as text), 'ticketId', cast(r.ticket_id as text), 'wamid', r.wamid,
                   'ticketReason', r.ticket_reason, 'at', r.at)
               when 'status' then jsonb_build_object('type', 'message.status', 'wamid', r.wamid, 'status', r.status,
                   'phoneNumberId', r.phone_number_id, 'at', r.at)
               else jsonb_build_object('type', 'account.changed', 'topic', r.topic, 'field', r.field, 'at', r.at)
           end) as payload
    from json_to_recordset(cast(:?news as json))
        as r (pos bigint, item int, part text, message_id bigint, contact_id bigint, ticket_id bigint,
              ticket_reason text, wamid text, status text, phone_number_id text, topic text, field text, at text,
              simulated boolean)
), head as (
    update log_head set pos = pos + (select count(*) from event) where topic = 'events'
    returning pos - (select count(*) from event) as before
)
insert into events_log (pos, lane, simulated, payload)
select head.before + event.n, 0, event.simulated, convert_to(cast(event.payload as text), 'UTF8')
from event cross join head
