-- A search by name, number and text: over the newest 20,000 contacts and the newest 20,000 messages, so that it costs the same however
-- much there is; a whole number finds its contact however old. Each contact counts with its newest ticket.
with asked as (
    select r ->> 'view' as view, cast(r ->> 'afterAt' as timestamptz) as after_at, cast(r ->> 'afterId' as bigint) as after_id,
           cast(r ->> 'limit' as int) as most, '%' || replace(replace(replace(r ->> 'q', '\', '\\'), '%', '\%'), '_', '\_') || '%' as pattern,
           nullif(regexp_replace(r ->> 'q', '[^0-9]', '', 'g'), '') as digits,
           r ->> 'q' ~ '^[-+0-9() ./]+$' as numeric
    from (select cast(:?request as jsonb) as r) as parameter
), recent_contact as (
    select c.id, c.profile_name, c.username, c.wa_id from contact c order by c.id desc limit 20000
), recent_message as (
    select m.ticket_id, m.text from message m order by m.sent_at desc, m.id desc limit 20000
), found as (
    select t.id from recent_contact c cross join asked
    cross join lateral (select t.id from ticket t where t.contact_id = c.id order by t.last_message_at desc, t.id desc limit 1) as t
    where c.profile_name ilike asked.pattern or c.username ilike asked.pattern
       or asked.numeric and length(asked.digits) >= 3 and c.wa_id like '%' || asked.digits || '%'
    union
    select t.id from asked join contact_identity i on i.kind = 'wa_id' and i.value = asked.digits
    cross join lateral (select t.id from ticket t where t.contact_id = i.contact_id order by t.last_message_at desc, t.id desc limit 1) as t
    union
    select m.ticket_id from recent_message m cross join asked where m.ticket_id is not null and m.text ilike asked.pattern
), page as (
    select t.id, t.last_message_at, row_number() over (order by t.last_message_at desc, t.id desc) as n
    from found f join ticket t on t.id = f.id cross join asked
    where (asked.view = 'all' or asked.view = 'open' and t.status in ('open', 'pending') or asked.view = 'done' and t.status in ('solved', 'closed')
           or asked.view = 'failed' and t.failed_count > 0)
      and (asked.after_id is null or (t.last_message_at, t.id) < (asked.after_at, asked.after_id))
    order by t.last_message_at desc, t.id desc
    limit (select most + 1 from asked)
), row as (
    select p.n, conversation_json(t) as conversation from page p join ticket t on t.id = p.id where p.n <= (select most from asked)
)
select cast(jsonb_build_object(
    'data', (select coalesce(jsonb_agg(r.conversation order by r.n), cast('[]' as jsonb)) from row r),
    'next', (select page_cursor(p.last_message_at, p.id) from page p
             where p.n = (select most from asked) and (select count(*) from page) > (select most from asked))) as text)
