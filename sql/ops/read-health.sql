-- How the service does, and each part of it. Degraded: a ledger that does not add up, or a log or outbox that lags. What waits for a
-- person is counted and shown, but is no fault of the service. `log` is what this process does with the log; what it can't work on
-- makes it degraded at once, and so does an append that failed less than a minute ago. That the app secret is wrong is said when a body
-- that names us was signed with another one: anybody may post something else. Counts have a bound: beyond it, atLeast is true,
-- and of the events' ledger it is only known that not too much is accounted for; GET /ingest counts all.
with waiting as (
    select coalesce(sum(b.waiting) filter (where b.mode = cast(:?mode as text)), 0) as ours,
           coalesce(sum(b.waiting) filter (where b.mode <> cast(:?mode as text)), 0) as others, bool_or(b.at_least) as at_least,
           coalesce(greatest(extract(epoch from now() - min(b.oldest) filter (where b.mode = cast(:?mode as text))), 0), 0) as lag
    from outbox_backlog b
), log as (
    select b.entries as pending, b.at_least, coalesce(greatest(extract(epoch from now() - b.oldest), 0), 0) as lag,
           case when b.at_least then head.pos - l.replays_appended >= l.events_done + b.events + l.events_dead
                else head.pos - l.replays_appended = l.events_done + b.events + l.events_dead end
               and l.items_received = l.items_stored + l.items_duplicate + l.items_unsupported + l.items_dead as balanced,
           cast(:?log as jsonb) -> 'paused' as paused, cast(cast(:?log as jsonb) ->> 'failing' as boolean) as failing,
           (select max(to_date(right(day.relname, 8), 'YYYYMMDD')) - cast(now() at time zone 'UTC' as date)
            from pg_inherits i join pg_class day on day.oid = i.inhrelid where i.inhparent = to_regclass('webhook_log')) as days_ahead
    from ledger l cross join log_head head cross join log_backlog b where head.topic = 'webhook'
), few as (
    select (select count(*) from dead_letter d where d.resolved_at is null) as dead,
           (select count(*) from media f where f.state = 'pending') as media_pending,
           (select count(*) from media f where f.state = 'failed') as media_failed,
           (select coalesce(greatest(extract(epoch from now() - min(f.created_at)), 0), 0) from media f where f.state = 'pending') as media_age,
           (select count(distinct m.id) from send_attempt a join message m on m.id = a.message_id
            where a.state = 'unknown' and m.status = 'unknown') as unknown
), refused as (
    select count(*) filter (where a.code in (4, 80007, 130429, 131056)) as throttled,
           max(a.code) filter (where a.code in (0, 3, 10, 33, 190, 200, 133010)) as misconfigured
    from send_attempt a
    where a.code is not null and a.finished_at > now() - interval '2 minutes' and a.mode = cast(:?mode as text)
), webhook as (
    select max(s.at) filter (where s.kind = 'event') as event_at, max(s.at) filter (where s.kind = 'handshake') as handshake_at,
           max(s.at) filter (where s.kind = 'mismatch') as mismatch_at, max(s.reason) filter (where s.kind = 'mismatch') as mismatch_reason,
           max(s.at) filter (where s.kind = 'refused') as refused_at, max(s.reason) filter (where s.kind = 'refused') as refused_reason,
           coalesce(max(s.count) filter (where s.kind = 'refused'), 0) as refused
    from webhook_sign s where s.mode = cast(:?mode as text)
), silence as (
    select case when w.event_at is null then 'never' when w.event_at < now() - make_interval(mins => cast(:?silence as int)) then 'silent'
                else 'receiving' end as state,
           coalesce(w.mismatch_at > greatest(w.event_at, now() - interval '1 hour'), false) as refusing
    from webhook w
), condition as (
    select c.n, c.part, c.state, c.text, c.mend
    from waiting cross join log cross join few cross join refused cross join webhook cross join silence
    left join number_state number on number.mode = cast(:?mode as text) and number.phone_number_id = cast(:?phoneNumberId as text)
    cross join lateral (values
        (1, 'database', 'ok', 'It answers.', null),
        (2, 'webhook', case when silence.refusing then 'misconfigured' when silence.state = 'receiving' then 'ok' else 'attention' end,
            case when silence.refusing then 'Webhooks are refused: ' || webhook.mismatch_reason
                 when silence.state = 'never' then 'Never received.'
                 when silence.state = 'silent' then 'None since ' || iso(webhook.event_at) || '.'
                 else 'The last one came at ' || iso(webhook.event_at) || '.' end,
            case when silence.refusing then 'Compare the app secret here with the one in the app dashboard.'
                 when silence.state <> 'receiving' then 'Go through the set-up, or post a test event.' end),
        (3, 'log', case when log.paused <> '[]' then 'paused' when log.failing then 'down' when log.days_ahead < 2 then 'misconfigured' when log.lag > cast(:?maxLag as int) then 'attention' else 'ok' end,
            case when log.paused <> '[]' then 'Stopped after the same fault again and again: ' || (log.paused -> 0 ->> 'fault')
                 when log.failing then 'Webhooks cannot be written and are answered 503.'
                 when log.days_ahead < 2 then 'Partitions for the coming days are missing.'
                 else log.pending || ' webhooks wait, the oldest for ' || cast(log.lag as bigint) || ' s.' end,
            case when log.paused <> '[]' then 'Mend the fault; it is tried every minute and nothing of it is lost.' end),
        (4, 'ledgers', case when log.balanced then 'ok' else 'attention' end, case when log.balanced then 'They add up.' else 'They do not add up.' end,
            case when not log.balanced then 'Something was received and not accounted for: keep the log and report it.' end),
        (5, 'sending', case when refused.misconfigured is not null then 'misconfigured' when refused.throttled > 0 then 'throttled'
                            when waiting.lag > cast(:?maxLag as int) or few.unknown > 0 then 'attention' else 'ok' end,
            case when refused.misconfigured is not null then 'Meta refuses sends with code ' || refused.misconfigured || '.'
                 when refused.throttled > 0 then 'Meta asks for less; ' || waiting.ours || ' sends wait and go by themselves.'
                 when few.unknown > 0 then few.unknown || ' sends have an unknown fate.'
                 else waiting.ours || ' sends wait, the oldest for ' || cast(waiting.lag as bigint) || ' s.' end,
            case when refused.misconfigured is not null then (select e.advice from graph_error e where e.code = refused.misconfigured)
                 when few.unknown > 0 then 'Decide by hand whether to send them again.' end),
        (6, 'media', case when few.media_failed > 0 or few.media_age > 3600 then 'attention' else 'ok' end,
            few.media_pending || ' files are to be fetched, ' || few.media_failed || ' could not be.', null),
        (7, 'number', case when number.state is null then 'attention' else number.state end,
            case when number.state is null then 'Not asked yet.' when number.state = 'ok' then 'Connected; quality ' || coalesce(number.info ->> 'quality_rating', 'not given') || '.'
                 else coalesce(number.fault, 'status ' || (number.info ->> 'status') || ', can_send_message ' || coalesce(number.info -> 'health_status' ->> 'can_send_message', 'not given')) end,
            case when number.state = 'misconfigured' then 'Check number and token in the set-up.' when number.state = 'down' then 'Sends wait and are tried again.' end),
        (8, 'dead-letters', case when few.dead > 0 then 'attention' else 'ok' end, few.dead || ' items could not be processed.',
            case when few.dead > 0 then 'Look at each, mend the cause, replay it.' end)) as c (n, part, state, text, mend)
)
select cast(jsonb_build_object(
    'status', case when log.balanced and log.paused = '[]' and not log.failing and log.days_ahead >= 2 and greatest(log.lag, waiting.lag) <= cast(:?maxLag as int)
                   then 'up' else 'degraded' end,
    'mode', cast(:?mode as text),
    'database', jsonb_build_object('status', 'up'),
    'log', jsonb_build_object('pending', log.pending, 'atLeast', log.at_least, 'oldestSeconds', cast(log.lag as bigint), 'daysAhead', log.days_ahead)
           || cast(:?log as jsonb),
    'outbox', jsonb_build_object('waiting', waiting.ours, 'oldestSeconds', cast(waiting.lag as bigint), 'otherMode', waiting.others,
                                  'atLeast', waiting.at_least),
    'deadLetters', few.dead,
    'media', jsonb_build_object('pending', few.media_pending, 'failed', few.media_failed, 'oldestSeconds', cast(few.media_age as bigint)),
    'webhook', jsonb_build_object('state', silence.state, 'lastEventAt', iso(webhook.event_at), 'lastHandshakeAt', iso(webhook.handshake_at),
        'lastRefusedAt', iso(webhook.refused_at), 'lastRefusedReason', webhook.refused_reason, 'refused', webhook.refused),
    'number', (select jsonb_build_object('state', s.state, 'checkedAt', iso(s.checked_at), 'status', s.info ->> 'status',
                   'qualityRating', s.info ->> 'quality_rating', 'canSendMessage', s.info -> 'health_status' ->> 'can_send_message', 'fault', s.fault)
               from number_state s where s.mode = cast(:?mode as text) and s.phone_number_id = cast(:?phoneNumberId as text)),
    'conditions', (select jsonb_agg(jsonb_build_object('part', c.part, 'state', c.state, 'text', c.text, 'mend', c.mend) order by c.n) from condition c),
    'unknownSends', few.unknown,
    'ledgers', jsonb_build_object('balanced', log.balanced)) as text)
from waiting cross join log cross join few cross join webhook cross join silence
