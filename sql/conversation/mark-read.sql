-- Nothing of the ticket is unread. If something was, that is an event, and the customer's newest message of the mode that
-- holds gets a receipt. Last in its transaction, for it holds the topic's head.
with wanted as (
    select t.id, t.contact_id, t.simulated, t.unread_count
    from ticket t
    where t.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9]{1,18}$' then cast(cast(:?request as jsonb) ->> 'id' as bigint) end
    for update
), marked as (
    update ticket t set unread_count = 0 from wanted w where t.id = w.id and w.unread_count > 0
    returning t.id, t.contact_id, t.simulated
), newest as (
    select m.wamid, m.mode, m.phone_number_id
    from marked k cross join lateral (
        select m.wamid, m.mode, m.phone_number_id from message m
        where m.ticket_id = k.id and m.direction = 'inbound' order by m.sent_at desc, m.id desc limit 1) as m
    where m.mode = cast(:?mode as text)
), head as (
    update log_head set pos = pos + 1 where topic = 'events' and exists (select 1 from marked)
    returning pos
), event as (
    insert into events_log (pos, lane, simulated, payload)
    select head.pos, 0, k.simulated, convert_to(cast(jsonb_build_object('type', 'ticket.changed', 'ticketId', cast(k.id as text),
        'contactId', cast(k.contact_id as text), 'change', 'read', 'at', now()) as text), 'UTF8')
    from head cross join marked k
)
select cast(jsonb_strip_nulls(jsonb_build_object('id', cast(w.id as text), 'unreadCount', 0, 'receipt', (
    select jsonb_build_object('mode', n.mode, 'phoneNumberId', n.phone_number_id,
                              'json', cast(jsonb_build_object('wamid', n.wamid) as text)) from newest n))) as text)
from wanted w
