-- A page of dead letters, newest first, the open ones or the resolved ones; without their raw bytes.
with page as (
    select d as letter, d.created_at, d.id, row_number() over (order by d.id desc) as n
    from dead_letter d
    where (d.resolved_at is not null) = (cast(:?request as jsonb) ->> 'resolved' = 'true')
      and (cast(:?request as jsonb) ->> 'afterId' is null or d.id < cast(cast(:?request as jsonb) ->> 'afterId' as bigint))
    order by d.id desc
    limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(dead_letter_json(p.letter) order by p.n), cast('[]' as json)) from page p where p.n <= size.most),
    'next', (select page_cursor(p.created_at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
