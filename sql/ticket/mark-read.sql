-- Marks a ticket as read, up to a message of its own or altogether; what is newer stays unread. Up to one that it doesn't have, it changes
-- nothing and gives no ticket. `receipt` is what Meta is to be told, the body of a POST: of the newest message that was read, when there
-- was something unread, it is wanted, and the message is of the mode that holds.
with asked as (
    select cast(:?change as jsonb) ->> 'upTo' as up_to, coalesce(cast(cast(:?change as jsonb) ->> 'receipt' as boolean), true) as wanted
), before as (
    select t.id, t.unread_count, t.phone_number_id
    from ticket t
    where t.id = id_of(cast(:?request as jsonb) ->> 'id')
    for update
), place as (
    select coalesce(m.sent_at, 'infinity') as sent_at, coalesce(m.id, 0) as id
    from before cross join asked left join message m on m.id = id_of(asked.up_to) and m.ticket_id = before.id
    where asked.up_to is null or m.id is not null
), newer as (
    select count(*) as unread
    from before cross join place join message m on m.ticket_id = before.id and (m.sent_at, m.id) > (place.sent_at, place.id)
    where m.direction = 'inbound' and m.type not in ('system', 'reaction')
), seen as (
    select m.wamid, m.mode
    from before cross join place
    cross join lateral (
        select m.wamid, m.mode from message m
        where m.ticket_id = before.id and (m.sent_at, m.id) <= (place.sent_at, place.id) and m.direction = 'inbound'
          and m.type not in ('system', 'reaction')
        order by m.sent_at desc, m.id desc limit 1) as m
), changed as (
    update ticket t
    set unread_count = least(t.unread_count, newer.unread)
    from before cross join place cross join newer
    where t.id = before.id
    returning t as ticket
), told as (
    select append_event(jsonb_build_object('type', 'ticket.changed', 'ticketId', cast(before.id as text),
                                           'contactId', cast((changed.ticket).contact_id as text), 'at', now()), (changed.ticket).simulated)
    from before cross join changed
    where before.unread_count <> (changed.ticket).unread_count
)
select case when (changed.ticket).id is not null then cast(ticket_json(changed.ticket) as text) end as ticket, before.phone_number_id,
       case when asked.wanted and before.unread_count > 0 and seen.mode = cast(:?mode as text)
            then cast(jsonb_build_object('messaging_product', 'whatsapp', 'status', 'read', 'message_id', seen.wamid) as text) end as receipt
from before cross join asked left join changed on true left join seen on true left join told on true
