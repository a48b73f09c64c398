-- A page of the tickets that a search finds, the one with the newest message first: by the contact (of these the 500 newest), by the
-- subject, by the ticket's number, or by a message, of which the newest 10,000 are looked through. So a search costs the same however
-- much there is.
with wanted as (
    select search_pattern(cast(:?request as jsonb) ->> 'q') as pattern,
           id_of(ltrim(btrim(cast(:?request as jsonb) ->> 'q'), '#')) as id
), candidate as (
    select t.id
    from wanted cross join lateral (select c.id from contact c where c.search like wanted.pattern order by c.id desc limit 500) as known
    join ticket t on t.contact_id = known.id
    union
    select t.id from wanted join ticket t on t.subject is not null and lower(t.subject) like wanted.pattern
    union
    select t.id from wanted join ticket t on t.id = wanted.id
    union
    select recent.ticket_id
    from wanted cross join (select m.ticket_id, m.text from message m order by m.sent_at desc, m.id desc limit 10000) as recent
    where lower(recent.text) like wanted.pattern
), page as (
    select t as ticket, t.last_message_at, t.id, row_number() over (order by t.last_message_at desc, t.id desc) as n
    from candidate join ticket t on t.id = candidate.id
    where (cast(:?request as jsonb) ->> 'status' is null or t.status = cast(:?request as jsonb) ->> 'status'
           or cast(:?request as jsonb) ->> 'status' = 'active' and t.status <> 'closed')
      and (cast(:?request as jsonb) ->> 'contactId' is null
           or t.contact_id = cast(cast(:?request as jsonb) ->> 'contactId' as bigint))
      and (cast(:?request as jsonb) ->> 'assigneeId' is null or t.assignee_id = id_of(cast(:?request as jsonb) ->> 'assigneeId')
           or cast(:?request as jsonb) ->> 'assigneeId' = 'none' and t.assignee_id is null)
      and (cast(:?request as jsonb) ->> 'unread' is null or t.unread_count > 0)
      and (cast(:?request as jsonb) ->> 'failed' is null or t.id in (select f.ticket_id from failed_send f))
      and (cast(:?request as jsonb) ->> 'afterId' is null
           or (t.last_message_at, t.id) < (cast(cast(:?request as jsonb) ->> 'afterAt' as timestamptz),
                                           cast(cast(:?request as jsonb) ->> 'afterId' as bigint)))
    order by t.last_message_at desc, t.id desc
    limit cast(cast(:?request as jsonb) ->> 'limit' as int) + 1
), size as (
    select cast(cast(:?request as jsonb) ->> 'limit' as int) as most, (select count(*) from page) as found
)
select cast(json_build_object(
    'data', (select coalesce(json_agg(ticket_json(p.ticket) order by p.n), cast('[]' as json)) from page p where p.n <= size.most),
    'next', (select page_cursor(p.last_message_at, p.id) from page p where p.n = size.most and size.found > size.most)) as text)
from size
