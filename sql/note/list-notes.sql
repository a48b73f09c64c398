-- A page of a ticket's notes, or of all tickets of its conversation, newest first: of each ticket no more than
-- a page, so it costs the same however deep it is. No row when there is no such ticket.
with asked as (
    select t.id from ticket t where t.id = id_of(cast(:?request as jsonb) ->> 'id')
    union
    select other.id
    from ticket t join ticket other on (other.contact_id, other.phone_number_id) = (t.contact_id, t.phone_number_id)
    where t.id = id_of(cast(:?request as jsonb) ->> 'id') and cast(:?request as jsonb) ->> 'of' = 'conversation'
), page as (
    select newest.note, newest.created_at, newest.id, row_number() over (order by newest.id desc) as n
    from asked cross join lateral (
        select n as note, n.created_at, n.id
        from ticket_note n
        where n.ticket_id = asked.id
          and n.id < coalesce(cast(cast(:?request as jsonb) ->> 'afterId' as bigint), 9223372036854775807)
        order by n.id desc
        limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1) as newest
    order by newest.id desc
    limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
    from ticket t where t.id = id_of(cast(:?request as jsonb) ->> 'id')
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(note_json(p.note) order by p.n), cast('[]' as json)) from page p where p.n <= size.most),
    'next', (select page_cursor(p.created_at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
