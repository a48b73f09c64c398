-- A page of changes of the profile in the mode that holds, newest first.
with page as (
    select c as change, c.at, c.id, row_number() over (order by c.id desc) as n
    from profile_change c
    where c.mode = cast(:?mode as text)
      and (cast(:?request as jsonb) ->> 'afterId' is null or c.id < cast(cast(:?request as jsonb) ->> 'afterId' as bigint))
    order by c.id desc
    limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(json_build_object('id', cast(p.id as text), 'at', iso(p.at), 'actor', (p.change).actor,
                        'result', (p.change).result, 'changes', (p.change).changes, 'error', (p.change).error) order by p.n),
                    cast('[]' as json)) from page p where p.n <= size.most),
    'next', (select page_cursor(p.at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
