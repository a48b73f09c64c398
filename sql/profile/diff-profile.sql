-- What a change would change of the profile as it was just read, and the body of the POST that does it; no row when it is nothing.
select cast(jsonb_agg(jsonb_build_object('field', d.name, 'from', d.was, 'to', d.wanted)) as text) as changes,
       cast(jsonb_build_object('messaging_product', 'whatsapp') || jsonb_object_agg(d.name, d.wanted) as text) as body
from (
    select c.key as name, p.profile -> c.key as was, c.value as wanted
    from jsonb_each(cast(:?change as jsonb)) as c (key, value)
    cross join (select cast(:?profile as jsonb) as profile) as p
    where coalesce(nullif(p.profile -> c.key, 'null'), cast(case when jsonb_typeof(c.value) = 'array' then '[]' else '""' end as jsonb)) <> c.value
) as d
having count(*) > 0
