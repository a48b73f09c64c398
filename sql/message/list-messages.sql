-- A page of messages, newest first, with all that belongs to each.
with found as (
    (
        select m as message, m.sent_at, m.id
        from message m
        where (cast(:?request as jsonb) ->> 'ticketId' is null
               or m.ticket_id = cast(cast(:?request as jsonb) ->> 'ticketId' as bigint))
          and (cast(:?request as jsonb) ->> 'contactId' is null
               or m.contact_id = cast(cast(:?request as jsonb) ->> 'contactId' as bigint))
          and (cast(:?request as jsonb) ->> 'phoneNumberId' is null or m.phone_number_id = cast(:?request as jsonb) ->> 'phoneNumberId')
          and (cast(:?request as jsonb) ->> 'wamid' is null or m.wamid = cast(:?request as jsonb) ->> 'wamid')
          and (cast(:?request as jsonb) ->> 'status' is null or m.status = cast(:?request as jsonb) ->> 'status')
          and coalesce(cast(:?request as jsonb) ->> 'status', '') not in ('failed', 'unknown')
          and (cast(:?request as jsonb) ->> 'direction' is null or m.direction = cast(:?request as jsonb) ->> 'direction')
          and (cast(:?request as jsonb) ->> 'afterId' is null
               or (m.sent_at, m.id) < (cast(cast(:?request as jsonb) ->> 'afterAt' as timestamptz),
                                       cast(cast(:?request as jsonb) ->> 'afterId' as bigint)))
        order by m.sent_at desc, m.id desc
        limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
    ) union all (
        -- Few of very many: they have an index of their own.
        select m as message, u.sent_at, m.id
        from unsettled_send u join message m on m.id = u.message_id
        where (cast(:?request as jsonb) ->> 'ticketId' is null
               or m.ticket_id = cast(cast(:?request as jsonb) ->> 'ticketId' as bigint))
          and (cast(:?request as jsonb) ->> 'contactId' is null
               or m.contact_id = cast(cast(:?request as jsonb) ->> 'contactId' as bigint))
          and (cast(:?request as jsonb) ->> 'phoneNumberId' is null or m.phone_number_id = cast(:?request as jsonb) ->> 'phoneNumberId')
          and (cast(:?request as jsonb) ->> 'wamid' is null or m.wamid = cast(:?request as jsonb) ->> 'wamid')
          and u.status = cast(:?request as jsonb) ->> 'status' and m.status = u.status
          and (cast(:?request as jsonb) ->> 'direction' is null or m.direction = cast(:?request as jsonb) ->> 'direction')
          and (cast(:?request as jsonb) ->> 'afterId' is null
               or (u.sent_at, u.message_id) < (cast(cast(:?request as jsonb) ->> 'afterAt' as timestamptz),
                                       cast(cast(:?request as jsonb) ->> 'afterId' as bigint)))
        order by u.sent_at desc, u.message_id desc
        limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
    )
), page as (
    select f.message, f.sent_at, f.id, row_number() over (order by f.sent_at desc, f.id desc) as n from found f
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(message_json(p.message) order by p.n), cast('[]' as json)) from page p where p.n <= size.most),
    'next', (select page_cursor(p.sent_at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
