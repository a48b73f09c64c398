-- A page of the inbox, the newest message first: one view, read by an index for each of its states.
with asked as (
    select r ->> 'view' as view, cast(r ->> 'afterAt' as timestamptz) as after_at, cast(r ->> 'afterId' as bigint) as after_id,
           cast(r ->> 'limit' as int) as most
    from (select cast(:?request as jsonb) as r) as parameter
), state as (
    select asked.*, s.status from asked cross join lateral unnest(case asked.view
        when 'open' then array['open', 'pending'] when 'done' then array['solved', 'closed']
        when 'failed' then cast('{}' as text[]) else array['open', 'pending', 'solved', 'closed'] end) as s (status)
), candidate as (
    select c.id, c.last_message_at from state cross join lateral (
        select t.id, t.last_message_at from ticket t
        where t.status = state.status
          and (state.after_id is null or (t.last_message_at, t.id) < (state.after_at, state.after_id))
        order by t.last_message_at desc, t.id desc limit state.most + 1) as c
    union all
    select c.id, c.last_message_at from asked cross join lateral (
        select t.id, t.last_message_at from ticket t
        where asked.view = 'failed' and t.failed_count > 0
          and (asked.after_id is null or (t.last_message_at, t.id) < (asked.after_at, asked.after_id))
        order by t.last_message_at desc, t.id desc limit asked.most + 1) as c
), page as (
    select c.id, c.last_message_at, row_number() over (order by c.last_message_at desc, c.id desc) as n
    from candidate c
    order by c.last_message_at desc, c.id desc
    limit (select most + 1 from asked)
), row as (
    select p.n, conversation_json(t) as conversation from page p join ticket t on t.id = p.id where p.n <= (select most from asked)
)
select cast(jsonb_build_object(
    'data', (select coalesce(jsonb_agg(r.conversation order by r.n), cast('[]' as jsonb)) from row r),
    'next', (select page_cursor(p.last_message_at, p.id) from page p
             where p.n = (select most from asked) and (select count(*) from page) > (select most from asked))) as text)
