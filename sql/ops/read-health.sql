-- How the service does. Degraded: a ledger that does not add up, or a log or outbox that lags. What waits for a person is
-- counted and shown, but is no fault of the service. `log` is what this process does with the log; what it can't work on makes it
-- degraded at once.
with waiting as (
    select coalesce(sum(c.waiting) filter (where c.mode = :?mode), 0) as ours,
           coalesce(sum(c.waiting) filter (where c.mode <> :?mode), 0) as others,
           coalesce(greatest(extract(epoch from now() - min(c.due_at) filter (where c.mode = :?mode)), 0), 0) as lag
    from outbox_contact c
), log as (
    select l.log_pending as pending, coalesce(greatest(extract(epoch from now() - l.log_oldest), 0), 0) as lag, l.balanced,
           (select max(to_date(right(day.relname, 8), 'YYYYMMDD')) - cast(now() at time zone 'UTC' as date)
            from pg_inherits i join pg_class day on day.oid = i.inhrelid where i.inhparent = to_regclass('webhook_log')) as days_ahead
    from ingest_ledger l
)
select cast(json_build_object(
    'status', case when log.balanced and cast(:?log as jsonb) -> 'paused' = cast('[]' as jsonb)
                   and log.days_ahead >= 2 and greatest(log.lag, waiting.lag) <= cast(:?maxLag as int) then 'up' else 'degraded' end,
    'mode', cast(:?mode as text),
    'database', json_build_object('status', 'up'),
    'log', jsonb_build_object('pending', log.pending, 'oldestSeconds', cast(log.lag as bigint), 'daysAhead', log.days_ahead)
           || cast(:?log as jsonb),
    'outbox', json_build_object('waiting', waiting.ours, 'oldestSeconds', cast(waiting.lag as bigint), 'otherMode', waiting.others),
    'deadLetters', (select count(*) from dead_letter d where d.resolved_at is null),
    'media', json_build_object('pending', (select count(*) from media f where f.state = 'pending'),
                               'failed', (select count(*) from media f where f.state = 'failed')),
    'unknownSends', (select count(distinct m.id) from send_attempt a join message m on m.id = a.message_id
                     where a.state = 'unknown' and m.status = 'unknown'),
    'ledgers', json_build_object('balanced', log.balanced)) as text)
from waiting cross join log
