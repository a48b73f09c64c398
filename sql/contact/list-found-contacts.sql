-- A page of the contacts that a search finds, the newest first.
with page as (
    select c as contact, c.first_seen_at, c.id, row_number() over (order by c.id desc) as n
    from contact c
    where (c.search like search_pattern(cast(:?request as jsonb) ->> 'q')
           or c.search like phone_pattern(cast(:?request as jsonb) ->> 'q'))
      and c.merged_into is null
      and (cast(:?request as jsonb) ->> 'afterId' is null or c.id < cast(cast(:?request as jsonb) ->> 'afterId' as bigint))
    order by c.id desc
    limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(contact_json(p.contact) order by p.n), cast('[]' as json)) from page p where p.n <= size.most),
    'next', (select page_cursor(p.first_seen_at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
