-- Figures of the minute that has ended, once for all instances, for eight days.
with gone as (
    delete from health_minute where at < now() - interval '8 days'
)
insert into health_minute (at, received, sent, failed, log_lag, outbox_age, media_pending)
select date_trunc('minute', now()), head.pos,
       (select count(*) from message m where m.sent_at >= now() - interval '1 minute' and m.direction = 'outbound'),
       (select count(*) from failed_send f where f.at >= now() - interval '1 minute'),
       coalesce(greatest(extract(epoch from now() - b.oldest), 0), 0),
       coalesce((select greatest(extract(epoch from now() - o.oldest), 0) from outbox_backlog o
                 where o.mode = (select s.value from setting s where s.key = 'whatsapp.mode')), 0),
       (select count(*) from media f where f.state = 'pending')
from log_head head cross join log_backlog b
where head.topic = 'webhook'
on conflict (at) do nothing
