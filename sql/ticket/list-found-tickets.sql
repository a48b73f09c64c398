-- A page of the tickets that a search finds, the one with the newest message first: by the contact (of these the 500 newest), by the
-- subject, by the ticket's number, or by a message or a note, of each of which the newest 10,000 are looked through. A phone number is
-- found however it is written; a price, a date or an order is found as it is written.
-- What many contacts share is found among the newest 2,000; what is rarer by the index, which knows no order. The planner cannot be left
-- the choice: for the newest 500 it would read contacts backwards, which are all of them when fewer than 500 have the words.
-- A ticket whose note has the words says so, with the place.
with wanted as (
    select search_pattern(cast(:?request as jsonb) ->> 'q') as pattern, phone_pattern(cast(:?request as jsonb) ->> 'q') as phone,
           id_of(regexp_replace(btrim(cast(:?request as jsonb) ->> 'q'), '^(#|T-)', '', 'i')) as id
), common as materialized (
    select c.id
    from wanted cross join (select newest.id, newest.search from contact newest order by newest.id desc limit 2000) as c
    where c.search like wanted.pattern or c.search like wanted.phone
    order by c.id desc limit 500
), rare as materialized (
    select c.id from contact c
    where (select count(*) from common) < 500
      and (c.search like search_pattern(cast(:?request as jsonb) ->> 'q')
           or c.search like phone_pattern(cast(:?request as jsonb) ->> 'q'))
), known as (
    select common.id from common union select rare.id from rare order by id desc limit 500
), said as (
    select m.ticket_id, cast(null as bigint) as note_id
    from wanted cross join (select newest.ticket_id, newest.text from message newest order by newest.sent_at desc, newest.id desc limit 10000) as m
    where lower(m.text) like wanted.pattern
    union all
    select n.ticket_id, n.id
    from wanted cross join (select newest.ticket_id, newest.id, newest.text from ticket_note newest order by newest.id desc limit 10000) as n
    where lower(n.text) like wanted.pattern
), candidate as (
    select t as ticket, t.id, cast(null as bigint) as note_id from known join ticket t on t.contact_id = known.id
    union all
    select t, t.id, null from wanted join ticket t on t.subject is not null and lower(t.subject) like wanted.pattern
    union all
    select t, t.id, null from wanted join ticket t on t.id = wanted.id
    union all
    select t, t.id, one.note_id
    from (select said.ticket_id, max(said.note_id) as note_id from said group by said.ticket_id) as one join ticket t on t.id = one.ticket_id
), found as (
    select distinct on (candidate.id) candidate.ticket, candidate.note_id from candidate order by candidate.id, candidate.note_id
), page as (
    select found.ticket, t.last_message_at, t.id, found.note_id, row_number() over (order by t.last_message_at desc, t.id desc) as n
    from found cross join lateral (select (found.ticket).*) as t
    where (cast(:?request as jsonb) ->> 'status' is null or t.status = cast(:?request as jsonb) ->> 'status'
           or cast(:?request as jsonb) ->> 'status' = 'active' and t.status <> 'closed')
      and (cast(:?request as jsonb) ->> 'contactId' is null
           or t.contact_id = cast(cast(:?request as jsonb) ->> 'contactId' as bigint))
      and (cast(:?request as jsonb) ->> 'assigneeId' is null or t.assignee_id = id_of(cast(:?request as jsonb) ->> 'assigneeId')
           or cast(:?request as jsonb) ->> 'assigneeId' = 'none' and t.assignee_id is null)
      and (cast(:?request as jsonb) ->> 'unread' is null or t.unread_count > 0)
      and (cast(:?request as jsonb) ->> 'failed' is null or t.id in (select u.ticket_id from unsettled_send u))
      and (cast(:?request as jsonb) ->> 'afterId' is null
           or (t.last_message_at, t.id) < (cast(cast(:?request as jsonb) ->> 'afterAt' as timestamptz),
                                           cast(cast(:?request as jsonb) ->> 'afterId' as bigint)))
    order by t.last_message_at desc, t.id desc
    limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (
        select coalesce(json_agg(case when hit.at is null then ticket_json(p.ticket)
                   else cast(cast(ticket_json(p.ticket) as jsonb) || jsonb_build_object('foundNote', jsonb_build_object(
                       'id', cast(n.id as text), 'author', n.author,
                       'text', case when hit.at > 21
                           then '…' || regexp_replace(substring(n.text from hit.at - 20 for 20), '^\S*\s+', '') || substring(n.text from hit.at for 180)
                           else left(n.text, 200) end)) as json)
                   end order by p.n), cast('[]' as json))
        from page p
        left join ticket_note n on n.id = p.note_id
        cross join lateral (select position(lower(btrim(cast(:?request as jsonb) ->> 'q')) in lower(n.text)) as at) as hit
        where p.n <= size.most),
    'next', (select page_cursor(p.last_message_at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
