-- The events after a position, at most 500, and where the topic stands. A status that Meta reported names its message by wamid
-- only; the pages want our ids.
select cast(jsonb_build_object('head', head.pos, 'events', coalesce((
    select jsonb_agg(jsonb_build_object('position', read.pos, 'event', read.event || coalesce(
               case when read.event ->> 'messageId' is null and read.event ->> 'wamid' is not null then (
                   select jsonb_build_object('messageId', cast(m.id as text), 'contactId', cast(m.contact_id as text),
                                             'ticketId', cast(m.ticket_id as text))
                   from message m
                   where m.phone_number_id = read.event ->> 'phoneNumberId' and m.wamid = read.event ->> 'wamid') end,
               cast('{}' as jsonb))) order by read.pos)
    from (select e.pos, cast(convert_from(e.payload, 'UTF8') as jsonb) as event
          from events_log e
          where e.lane = 0 and e.pos > cast(:?after as bigint)
          order by e.pos limit 500) as read), cast('[]' as jsonb))) as text)
from log_head head
where head.topic = 'events'
