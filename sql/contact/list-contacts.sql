-- A page of contacts, the one that came last first. A number finds the contact that it leads to, also an old number.
with few as (
    (select c.id
     from contact c
     where cast(:?request as jsonb) ->> 'waId' is null and c.merged_into is null
       and (cast(:?request as jsonb) ->> 'afterId' is null or c.id < cast(cast(:?request as jsonb) ->> 'afterId' as bigint))
     order by c.id desc
     limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1)
    union all
    select c.id
    from contact_identity i join contact c on c.id = i.contact_id
    where i.kind = 'wa_id' and i.value = ltrim(cast(:?request as jsonb) ->> 'waId', ' +') and c.merged_into is null
      and (cast(:?request as jsonb) ->> 'afterId' is null or c.id < cast(cast(:?request as jsonb) ->> 'afterId' as bigint))
), page as (
    select c.contact, c.first_seen_at, few.id, row_number() over (order by few.id desc) as n
    from few cross join lateral (
        select found as contact, found.first_seen_at from contact found where found.id = few.id limit 1) as c
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(contact_json(p.contact) order by p.n), cast('[]' as json)) from page p where p.n <= size.most),
    'next', (select page_cursor(p.first_seen_at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
