-- A page of messages, newest first, with all that belongs to each. What has no index of its own - a status that most messages have had, a
-- direction, a number - is looked for among 5,000 messages for one page: the last of them is in `found` in any case, and the next
-- page goes on from there. So a page costs the same however few of very many it is asked for.
with few as materialized (     -- of a long outbox, the newest are found sooner among the newest messages
    select count(*) <= 20000 as waiting
    from (select 1 from outbox where cast(:?request as jsonb) ->> 'status' = 'queued' limit 20001) as counted
), found as (
    (
        select looked.message, looked.sent_at, looked.id, looked.wanted, looked.nth = 5000 as last
        from (
            select m as message, m.sent_at, m.id, row_number() over (order by m.sent_at desc, m.id desc) as nth,
                   (cast(:?request as jsonb) ->> 'phoneNumberId' is null or m.phone_number_id = cast(:?request as jsonb) ->> 'phoneNumberId')
                   and (cast(:?request as jsonb) ->> 'status' is null or m.status = cast(:?request as jsonb) ->> 'status')
                   and (cast(:?request as jsonb) ->> 'direction' is null or m.direction = cast(:?request as jsonb) ->> 'direction') as wanted
            from message m
            where (cast(:?request as jsonb) ->> 'ticketId' is null
                   or m.ticket_id = cast(cast(:?request as jsonb) ->> 'ticketId' as bigint))
              and (cast(:?request as jsonb) ->> 'contactId' is null
                   or m.contact_id = cast(cast(:?request as jsonb) ->> 'contactId' as bigint))
              and (cast(:?request as jsonb) ->> 'wamid' is null or m.wamid = cast(:?request as jsonb) ->> 'wamid')
              and coalesce(cast(:?request as jsonb) ->> 'status', '') not in ('failed', 'unknown', 'sending')
              and (coalesce(cast(:?request as jsonb) ->> 'status', '') <> 'queued' or not (select few.waiting from few))
              and (cast(:?request as jsonb) ->> 'afterId' is null
                   or (m.sent_at, m.id) < (cast(cast(:?request as jsonb) ->> 'afterAt' as timestamptz),
                                           cast(cast(:?request as jsonb) ->> 'afterId' as bigint)))
            order by m.sent_at desc, m.id desc
            limit 5000
        ) as looked
        where looked.wanted or looked.nth = 5000
        order by looked.sent_at desc, looked.id desc
        limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
    ) union all (
        -- Few of very many: they have an index of their own.
        select m as message, u.sent_at, m.id, true as wanted, false as last
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
    ) union all (
        -- What is queued or being sent is few as well: it is found from the outbox and from the calls under way.
        select m as message, m.sent_at, m.id, true as wanted, false as last
        from (
            select a.message_id from send_attempt a where a.state = 'sending' and cast(:?request as jsonb) ->> 'status' = 'sending'
            union
            select o.message_id from outbox o where cast(:?request as jsonb) ->> 'status' = 'queued' and (select few.waiting from few)
        ) as leaving
        join message m on m.id = leaving.message_id
        where (cast(:?request as jsonb) ->> 'ticketId' is null
               or m.ticket_id = cast(cast(:?request as jsonb) ->> 'ticketId' as bigint))
          and (cast(:?request as jsonb) ->> 'contactId' is null
               or m.contact_id = cast(cast(:?request as jsonb) ->> 'contactId' as bigint))
          and (cast(:?request as jsonb) ->> 'phoneNumberId' is null or m.phone_number_id = cast(:?request as jsonb) ->> 'phoneNumberId')
          and (cast(:?request as jsonb) ->> 'wamid' is null or m.wamid = cast(:?request as jsonb) ->> 'wamid')
          and m.status = cast(:?request as jsonb) ->> 'status'
          and (cast(:?request as jsonb) ->> 'direction' is null or m.direction = cast(:?request as jsonb) ->> 'direction')
          and (cast(:?request as jsonb) ->> 'afterId' is null
               or (m.sent_at, m.id) < (cast(cast(:?request as jsonb) ->> 'afterAt' as timestamptz),
                                       cast(cast(:?request as jsonb) ->> 'afterId' as bigint)))
        order by m.sent_at desc, m.id desc
        limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
    )
), page as (
    select f.message, f.sent_at, f.id, f.wanted, f.last, row_number() over (order by f.sent_at desc, f.id desc) as n from found f
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(message_json(p.message) order by p.n), cast('[]' as json)) from page p
             where p.n <= size.most and p.wanted),
    'next', (select page_cursor(p.sent_at, p.id) from page p
             where p.n = least(size.most, size.found) and (size.found > size.most or p.last))) as text)
from size
