-- A page of pairs of contacts that may be one person, the newest first; a pair that is suggested both ways is one.
with page as (
    select s.id, s.created_at, s.evidence, s.contact_id, s.other_contact_id, row_number() over (order by s.created_at desc, s.id desc) as n
    from merge_suggestion s
    where s.dismissed_at is null
      and (cast(:?request as jsonb) ->> 'contactId' is null
           or id_of(cast(:?request as jsonb) ->> 'contactId') in (s.contact_id, s.other_contact_id))
      and not exists (select 1 from merge_suggestion same
                      where same.contact_id = s.other_contact_id and same.other_contact_id = s.contact_id
                        and (same.id < s.id or same.dismissed_at is not null))
      and (cast(:?request as jsonb) ->> 'afterId' is null
           or (s.created_at, s.id) < (cast(cast(:?request as jsonb) ->> 'afterAt' as timestamptz),
                                      cast(cast(:?request as jsonb) ->> 'afterId' as bigint)))
    order by s.created_at desc, s.id desc
    limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(json_build_object('id', cast(p.id as text), 'contact', contact_json(kept), 'other', contact_json(other),
                        'wamid', p.evidence, 'createdAt', iso(p.created_at)) order by p.n), cast('[]' as json))
             from page p join contact kept on kept.id = p.contact_id join contact other on other.id = p.other_contact_id
             where p.n <= size.most),
    'next', (select page_cursor(p.created_at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
