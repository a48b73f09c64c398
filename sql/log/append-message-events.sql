-- Appends to the topic `events` that messages of ours have another status. Last in its transaction, for it holds the topic's
-- head.
with news as (
    select row_number() over (order by e."messageId") as n, m.*
    from jsonb_to_recordset(cast(:?ends as jsonb)) as e ("messageId" bigint)
    cross join lateral (select found.* from message found where found.id = e."messageId" limit 1) as m     -- by its key, whatever the plan
), head as (
    update log_head set pos = pos + (select count(*) from news) where topic = 'events' and exists (select 1 from news)
    returning pos - (select count(*) from news) as before
)
insert into events_log (pos, lane, simulated, payload)
select head.before + news.n, 0, news.simulated, convert_to(cast(jsonb_strip_nulls(jsonb_build_object('type', 'message.status',
    'messageId', cast(news.id as text), 'contactId', cast(news.contact_id as text), 'ticketId', cast(news.ticket_id as text),
    'wamid', news.wamid, 'status', news.status, 'at', now())) as text), 'UTF8')
from head cross join news
