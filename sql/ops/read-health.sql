-- How the service does, and each part of it. Degraded: a ledger that does not add up, or a log or outbox that lags. What waits for a
-- person is counted and shown, but is no fault of the service; a file that could not be fetched waits for one as long as Meta keeps it.
-- `log` is what this process does with the log; what it can't work on makes it degraded at once, and so does an append that failed less
-- than a minute ago, or a mode that is set and that this process cannot follow (`notFollowed`). That the app secret is wrong is said
-- when a body that names us was signed with another one: anybody may post something else. `heldRoutes` are the faults of edited route
-- files that were not taken in: the old routes serve. Counts have a bound: beyond it, atLeast is true, and of the events' ledger it is
-- only known that not too much is accounted for; GET /ingest counts all.
with waiting as (
    select coalesce(sum(b.waiting) filter (where b.mode = cast(:?mode as text)), 0) as ours,
           coalesce(sum(b.waiting) filter (where b.mode <> cast(:?mode as text)), 0) as others, bool_or(b.at_least) as at_least,
           coalesce(greatest(extract(epoch from now() - min(b.oldest) filter (where b.mode = cast(:?mode as text))), 0), 0) as lag
    from outbox_backlog b
), log as (
    select b.entries as pending, b.at_least, coalesce(greatest(extract(epoch from now() - b.oldest), 0), 0) as lag,
           case when b.at_least then head.pos - head.replays >= l.events_done + b.events + l.events_dead
                else head.pos - head.replays = l.events_done + b.events + l.events_dead end
               and l.items_received = l.items_stored + l.items_duplicate + l.items_unsupported + l.items_dead as balanced,
           jsonb_build_object(
               'events', jsonb_build_object('done', l.events_done, 'dead', l.events_dead),
               'items', jsonb_build_object('stored', l.items_stored, 'duplicate', l.items_duplicate, 'unsupported', l.items_unsupported,
                                           'dead', l.items_dead),
               'replays', jsonb_build_object('stored', l.replays_stored, 'duplicate', l.replays_duplicate,
                                             'unsupported', l.replays_unsupported, 'dead', l.replays_dead)) as outcomes,
           cast(:?log as jsonb) -> 'paused' as paused, cast(cast(:?log as jsonb) ->> 'failing' as boolean) as failing,
           cast(cast(:?log as jsonb) ->> 'refusing' as boolean) as refusing,
           days.newest - today.day as days_ahead, today.day - days.oldest as days_kept,
           case when today.day - days.oldest > cast(:?retentionDays as int) + 2
                then coalesce(log_day_reader('webhook', days.oldest_name), 'the end of somebody''s transaction') end as kept_for
    from ledger l cross join log_head head cross join log_backlog b
    cross join (select cast(now() at time zone 'UTC' as date) as day) as today
    cross join (
        select max(d.day) as newest, min(d.day) as oldest, (array_agg(d.name order by d.day))[1] as oldest_name
        from (select cast(c.oid as regclass) as name, to_date(right(c.relname, 8), 'YYYYMMDD') as day
              from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass('webhook_log')) as d
    ) as days
    where head.topic = 'webhook'
), few as (
    select (select count(*) from dead_letter d where d.resolved_at is null) as dead,
           (select count(*) from media f where f.state = 'pending') as media_pending,
           lost.files as media_failed, lost.ticket_id as media_ticket_id,
           (select coalesce(greatest(extract(epoch from now() - min(f.created_at)), 0), 0) from media f where f.state = 'pending') as media_age,
           (select count(distinct m.id) from send_attempt a join message m on m.id = a.message_id
            where a.state = 'unknown' and m.status = 'unknown') as unknown
    from (select count(*) as files,
                 (select m.ticket_id from media f join message m on m.media_id = f.id
                  where f.state = 'failed' and f.created_at > now() - interval '7 days' order by f.created_at desc limit 1) as ticket_id
          from media f where f.state = 'failed' and f.created_at > now() - interval '7 days') as lost
), refused as (
    select count(*) filter (where a.code in (4, 80007, 130429, 131056)) as throttled,
           max(a.code) filter (where a.code in (0, 3, 10, 33, 190, 200, 133010)) as misconfigured
    from send_attempt a
    where a.code is not null and a.finished_at > now() - interval '2 minutes' and a.mode = cast(:?mode as text)
), behind as (
    select f.mode, f.by, array_to_string(array(select jsonb_array_elements_text(f.missing)), ' ') as missing
    from jsonb_to_record(cast(:?notFollowed as jsonb)) as f (mode text, by text, missing jsonb)
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
), routes as (
    select jsonb_array_length(cast(:?heldRoutes as jsonb)) as held, cast(:?heldRoutes as jsonb) ->> 0 as first
), condition as (
    select c.n, c.part, c.state, c.text, c.mend
    from waiting cross join log cross join few cross join refused cross join behind cross join webhook cross join silence cross join routes
    left join number_state number on number.mode = cast(:?mode as text) and number.phone_number_id = cast(:?phoneNumberId as text)
    cross join lateral (select case when few.unknown > 0 then ' ' || few.unknown || ' unconfirmed: Meta has not answered.' else '' end as text) as unsettled
    cross join lateral (values
        (1, 'database', 'ok', 'It answers.', null),
        (2, 'webhook', case when silence.refusing then 'misconfigured' when silence.state = 'receiving' then 'ok' else 'attention' end,
            case when silence.refusing then 'Webhooks are refused: ' || webhook.mismatch_reason
                 when silence.state = 'never' then 'Never received.'
                 when silence.state = 'silent' then 'None since ' || iso(webhook.event_at) || '.'
                 else 'The last one came at ' || iso(webhook.event_at) || '.' end,
            case when silence.refusing then 'Compare the app secret here with the one in the app dashboard.'
                 when silence.state <> 'receiving' then 'Go through the set-up, or post a test event.' end),
        (3, 'log', case when log.paused <> '[]' then 'paused' when log.failing then 'down' when log.days_ahead < 2 then 'misconfigured'
                        when log.refusing or log.kept_for is not null or log.lag > cast(:?maxLag as int) then 'attention' else 'ok' end,
            case when log.paused <> '[]' then 'Stopped after the same fault again and again: ' || (log.paused -> 0 ->> 'fault')
                 when log.failing then 'Webhooks cannot be written and are answered 503.'
                 when log.days_ahead < 2 then 'Partitions for the coming days are missing.'
                 when log.refusing then 'Webhooks were answered 503 in the last minute: they came faster than they could be written.'
                 when log.kept_for is not null then 'The oldest day of the log has been kept for ' || log.days_kept || ' days. It waits for ' || log.kept_for || '.'
                 when log.pending = 0 then 'Nothing waits.'
                 else log.pending || ' waiting, the oldest for ' || cast(log.lag as bigint) || ' s.' end,
            case when log.paused <> '[]' then 'Mend the fault; it is tried every minute and nothing of it is lost.'
                 when log.refusing then 'Meta comes again with them; look at the database, and at the queue of the log.'
                 when log.kept_for is not null then 'If that consumer is gone for good, delete its rows in lane_offset; a transaction has to be ended.' end),
        (4, 'ledgers', case when log.balanced then 'ok' else 'attention' end, case when log.balanced then 'They add up.' else 'They do not add up.' end,
            case when not log.balanced then 'Something was received and not accounted for: keep the log and report it.' end),
        (5, 'sending', case when behind.mode is not null or refused.misconfigured is not null then 'misconfigured' when refused.throttled > 0 then 'throttled'
                            when waiting.lag > cast(:?maxLag as int) or few.unknown > 0 then 'attention' else 'ok' end,
            case when behind.mode is not null then behind.by || ' has set ' || behind.mode || ' mode, and this instance cannot follow: it starts '
                      || 'no sends, and answers sends and webhooks with 503.'
                 when refused.misconfigured is not null then 'Meta refuses sends with code ' || refused.misconfigured || '.'
                 when refused.throttled > 0 and waiting.ours = 0 then 'Meta asked for less in the last two minutes. Nothing waits.' || unsettled.text
                 when refused.throttled > 0 then 'Meta asks for less. Waiting, and going by themselves: ' || waiting.ours || '.' || unsettled.text
                 when few.unknown > 0 then few.unknown || ' unconfirmed: Meta has not answered.'
                 when waiting.ours = 0 then 'Nothing waits.'
                 else waiting.ours || ' waiting, the oldest for ' || cast(waiting.lag as bigint) || ' s.' end,
            case when behind.mode is not null then behind.missing
                 when refused.misconfigured is not null then (select e.advice from graph_error e where e.code = refused.misconfigured)
                 when few.unknown > 0 then 'Decide by hand whether to send them again.' end),
        (6, 'media', case when few.media_failed > 0 or few.media_age > 3600 then 'attention' else 'ok' end,
            case when few.media_pending + few.media_failed = 0 then 'Nothing waits.'
                 else few.media_pending || ' waiting to be fetched, ' || few.media_failed || ' could not be.' end,
            case when few.media_failed > 0 then 'Open the conversation and press Retry; WhatsApp keeps a file for 7 days.' end),
        (7, 'number', case when number.state is null then 'attention' else number.state end,
            case when number.state is null then 'Not asked yet.' when number.state = 'ok' then 'Connected; quality ' || coalesce(number.info ->> 'quality_rating', 'not given') || '.'
                 else coalesce(number.fault, 'status ' || (number.info ->> 'status') || ', can_send_message ' || coalesce(number.info -> 'health_status' ->> 'can_send_message', 'not given')) end,
            case when number.state = 'misconfigured' then 'Check number and token in the set-up.' when number.state = 'down' then 'Sends wait and are tried again.' end),
        (8, 'dead-letters', case when few.dead > 0 then 'attention' else 'ok' end, case when few.dead = 0 then 'None.' else few.dead || ' could not be processed.' end,
            case when few.dead > 0 then 'Look at each, mend the cause, replay it.' end),
        (9, 'routes', case when routes.held > 0 then 'attention' else 'ok' end,
            case when routes.held = 0 then 'No file is held back.' when routes.held = 1 then routes.first
                 else routes.first || ' ' || (routes.held - 1) || ' more in the log.' end,
            case when routes.held > 0 then 'Mend the file: it is live within a second.' end)) as c (n, part, state, text, mend)
)
select cast(jsonb_build_object(
    'status', case when behind.mode is null and log.balanced and log.paused = '[]' and not log.failing and log.days_ahead >= 2 and greatest(log.lag, waiting.lag) <= cast(:?maxLag as int)
                   then 'up' else 'degraded' end,
    'mode', cast(:?mode as text),
    'database', jsonb_build_object('status', 'up'),
    'log', jsonb_build_object('pending', log.pending, 'atLeast', log.at_least, 'oldestSeconds', cast(log.lag as bigint), 'daysAhead', log.days_ahead,
                               'daysKept', log.days_kept, 'keptFor', log.kept_for)
           || cast(:?log as jsonb),
    'outbox', jsonb_build_object('waiting', waiting.ours, 'oldestSeconds', cast(waiting.lag as bigint), 'otherMode', waiting.others,
                                  'atLeast', waiting.at_least),
    'deadLetters', few.dead,
    'media', jsonb_build_object('pending', few.media_pending, 'failed', few.media_failed,
                                'failedTicketId', cast(few.media_ticket_id as text), 'oldestSeconds', cast(few.media_age as bigint)),
    'webhook', jsonb_build_object('state', silence.state, 'lastEventAt', iso(webhook.event_at), 'lastHandshakeAt', iso(webhook.handshake_at),
        'lastRefusedAt', iso(webhook.refused_at), 'lastRefusedReason', webhook.refused_reason, 'refused', webhook.refused),
    'number', (select jsonb_build_object('state', s.state, 'checkedAt', iso(s.checked_at), 'status', s.info ->> 'status',
                   'qualityRating', s.info ->> 'quality_rating', 'canSendMessage', s.info -> 'health_status' ->> 'can_send_message', 'fault', s.fault)
               from number_state s where s.mode = cast(:?mode as text) and s.phone_number_id = cast(:?phoneNumberId as text)),
    'conditions', (select jsonb_agg(jsonb_build_object('part', c.part, 'state', c.state, 'text', c.text, 'mend', c.mend) order by c.n) from condition c),
    'unknownSends', few.unknown,
    'ledgers', jsonb_build_object('balanced', log.balanced) || log.outcomes) as text)
from waiting cross join log cross join few cross join behind cross join webhook cross join silence
