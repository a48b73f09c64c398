-- A page of who changed what, newest first.
with page as (
    select a as entry, a.at, a.id, row_number() over (order by a.id desc) as n
    from audit a
    where (cast(:?request as jsonb) ->> 'action' is null or a.action = cast(:?request as jsonb) ->> 'action')
      and (cast(:?request as jsonb) ->> 'afterId' is null or a.id < cast(cast(:?request as jsonb) ->> 'afterId' as bigint))
    order by a.id desc
    limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(json_build_object('id', cast(p.id as text), 'at', iso(p.at), 'actor', (p.entry).actor,
                        'action', (p.entry).action, 'detail', (p.entry).detail) order by p.n), cast('[]' as json)) from page p where p.n <= size.most),
    'next', (select page_cursor(p.at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
