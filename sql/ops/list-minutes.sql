-- Figures of the last minutes, the oldest first; of more than 180 minutes several are one row.
with asked as (
    select cast(cast(:?request as jsonb) ->> 'minutes' as int) as minutes
), minute as (
    select h.at, greatest(h.received - lag(h.received) over (order by h.at), 0) as received, h.sent, h.failed, h.log_lag, h.outbox_age, h.media_pending,
           ceil(extract(epoch from now() - h.at) / 60 / greatest(1, ceil(asked.minutes / 180.0))) as bucket
    from health_minute h cross join asked
    where h.at > now() - make_interval(mins => asked.minutes + 1)
), slot as (
    select min(m.at) as at, sum(coalesce(m.received, 0)) as received, sum(m.sent) as sent, sum(m.failed) as failed, max(m.log_lag) as log_lag,
           max(m.outbox_age) as outbox_age, max(m.media_pending) as media_pending
    from minute m cross join asked
    where m.at > now() - make_interval(mins => asked.minutes)
    group by m.bucket
)
select cast(jsonb_build_object('data', coalesce(jsonb_agg(jsonb_build_object('at', iso(r.at), 'received', r.received, 'sent', r.sent, 'failed', r.failed,
    'logLag', r.log_lag, 'outboxAge', r.outbox_age, 'mediaPending', r.media_pending) order by r.at), '[]')) as text)
from slot r
