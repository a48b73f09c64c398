-- A page of tickets, the one with the newest message first.
with page as (
    select t as ticket, t.last_message_at, t.id, row_number() over (order by t.last_message_at desc, t.id desc) as n
    from ticket t
    where (cast(:?request as jsonb) ->> 'status' is null or t.status = cast(:?request as jsonb) ->> 'status'
           or cast(:?request as jsonb) ->> 'status' = 'active' and t.status <> 'closed')
      and (cast(:?request as jsonb) ->> 'contactId' is null
           or t.contact_id = cast(cast(:?request as jsonb) ->> 'contactId' as bigint))
      and (cast(:?request as jsonb) ->> 'assigneeId' is null or t.assignee_id = id_of(cast(:?request as jsonb) ->> 'assigneeId')
           or cast(:?request as jsonb) ->> 'assigneeId' = 'none' and t.assignee_id is null)
      and (cast(:?request as jsonb) ->> 'unread' is null or t.unread_count > 0)
      and (cast(:?request as jsonb) ->> 'failed' is null or t.id in (select u.ticket_id from unsettled_send u))
      and (cast(:?request as jsonb) ->> 'afterId' is null
           or (t.last_message_at, t.id) < (cast(cast(:?request as jsonb) ->> 'afterAt' as timestamptz),
                                           cast(cast(:?request as jsonb) ->> 'afterId' as bigint)))
    order by t.last_message_at desc, t.id desc
    limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(ticket_json(p.ticket) order by p.n), cast('[]' as json)) from page p where p.n <= size.most),
    'next', (select page_cursor(p.last_message_at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
