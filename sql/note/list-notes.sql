-- A page of a ticket's notes, newest first. No row when there is no such ticket.
with page as (
    select n as note, n.created_at, n.id, row_number() over (order by n.id desc) as n
    from ticket_note n
    where n.ticket_id = id_of(cast(:?request as jsonb) ->> 'id')
      and (cast(:?request as jsonb) ->> 'afterId' is null or n.id < cast(cast(:?request as jsonb) ->> 'afterId' as bigint))
    order by n.id desc
    limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
    from ticket t where t.id = id_of(cast(:?request as jsonb) ->> 'id')
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(note_json(p.note) order by p.n), cast('[]' as json)) from page p where p.n <= size.most),
    'next', (select page_cursor(p.created_at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
