-- A page of what happened with a contact, newest first: what is noted, its tickets, and that it became known. No row when there is
-- no such contact.
with asked as (
    select c.id as contact_id, c.first_seen_at, cast(cast(:?request as jsonb) ->> 'limit' as int) as most,
           coalesce(cast(cast(:?request as jsonb) ->> 'afterAt' as timestamptz), 'infinity') as after_at,
           coalesce(cast(cast(:?request as jsonb) ->> 'afterId' as bigint), 0) as after_place
    from contact c
    where c.id = contact_of(cast(:?request as jsonb) ->> 'id')
), entry as (
    select noted.*
    from asked cross join lateral (
        select a.id * 4 as place, a.at, a.kind, a.actor, a.ticket_id, a.message_id, a.detail
        from activity a
        where a.contact_id = asked.contact_id and (a.at, a.id * 4) < (asked.after_at, asked.after_place) and a.at <= asked.after_at
        order by a.at desc, a.id desc
        limit asked.most + 1) as noted
    union all
    select t.id * 4 + 1, t.opened_at, 'ticket-opened', null, t.id, null, jsonb_build_object('phoneNumberId', t.phone_number_id)
    from asked join ticket t on t.contact_id = asked.contact_id
    where (t.opened_at, t.id * 4 + 1) < (asked.after_at, asked.after_place)
    union all
    select 0, asked.first_seen_at, 'first-seen', null, null, null, '{}'
    from asked
    where asked.first_seen_at < asked.after_at or asked.first_seen_at = asked.after_at and asked.after_place > 0
), page as (
    select e.place, e.at, e.kind, e.actor, e.ticket_id, e.message_id, e.detail, row_number() over (order by e.at desc, e.place desc) as n
    from entry e cross join asked
    order by e.at desc, e.place desc
    limit (select most + 1 from asked)
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(json_build_object('id', cast(p.place as text), 'at', iso(p.at), 'kind', p.kind, 'actor', p.actor,
                        'ticketId', cast(p.ticket_id as text), 'messageId', cast(p.message_id as text), 'detail', p.detail) order by p.n),
                    cast('[]' as json)) from page p where p.n <= asked.most),
    'next', (select page_cursor(p.at, p.place) from page p where p.n = asked.most and (select count(*) from page) > asked.most)) as text)
from asked
