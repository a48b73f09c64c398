-- A page of the contacts that have changed since a time, the oldest change first. Only changes that began before every transaction
-- that is still under way: what is committed later lies behind the cursor and behind `syncedUntil`, so nothing is ever missed.
with horizon as (
    select least(now(), min(a.xact_start)) as at
    from pg_stat_activity a
    where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
), page as (
    select c as contact, c.updated_at, c.id, row_number() over (order by c.updated_at, c.id) as n
    from contact c cross join horizon
    where c.updated_at >= cast(cast(:?request as jsonb) ->> 'updatedSince' as timestamptz) and c.updated_at < horizon.at
      and (cast(:?request as jsonb) ->> 'afterId' is null
           or (c.updated_at, c.id) > (cast(cast(:?request as jsonb) ->> 'afterAt' as timestamptz),
                                      cast(cast(:?request as jsonb) ->> 'afterId' as bigint)))
    order by c.updated_at, c.id
    limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(contact_json(p.contact) order by p.n), cast('[]' as json)) from page p where p.n <= size.most),
    'next', (select page_cursor(p.updated_at, p.id) from page p where p.n = size.most and size.found > size.most),
    'syncedUntil', iso(date_trunc('milliseconds', horizon.at))) as text)
from size cross join horizon
