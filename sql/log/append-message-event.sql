-- Appends to the topic `events` that a message of ours has another status. Last in its transaction, for it holds the topic's
-- head.
with head as (
    update log_head set pos = pos + 1 where topic = 'events' returning pos
)
insert into events_log (pos, lane, simulated, payload)
select head.pos, 0, m.simulated, convert_to(cast(jsonb_strip_nulls(jsonb_build_object('type', 'message.status',
    'messageId', cast(m.id as text), 'contactId', cast(m.contact_id as text), 'ticketId', cast(m.ticket_id as text),
    'wamid', m.wamid, 'status', m.status, 'at', now())) as text), 'UTF8')
from head, message m
where m.id = cast(:?messageId as bigint)
