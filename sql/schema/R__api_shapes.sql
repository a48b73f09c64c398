-- How the API shows what is stored: one function for each shape, one view for the ledgers. Applied again whenever this file
-- changes.

-- ISO 8601, UTC, milliseconds.
create or replace function iso(at timestamptz) returns text
    language sql stable
    as $$ select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- Where a page ended, opaque to the caller; the bean `paging` opens it again.
create or replace function page_cursor(at timestamptz, id bigint) returns text
    language sql stable
    as $$
        select translate(encode(convert_to(to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || id, 'UTF8'),
                                'base64'), '+/=' || chr(10), '-_')
    $$;

-- Bytes as text; those that are not UTF-8 are escaped.
create or replace function raw_text(raw bytea) returns text
    language plpgsql stable
    as $$
        begin
            return convert_from(raw, 'UTF8');
        exception when others then
            return encode(raw, 'escape');
        end
    $$;

create or replace function message_json(m message) returns json
    language sql stable
    as $$
        select json_build_object(
            'id', cast(m.id as text),
            'wamid', m.wamid,
            'direction', m.direction,
            'type', m.type,
            'text', m.text,
            'status', m.status,
            'lateFailure', m.late_failure,
            'error', m.error,
            'statuses', (
                select coalesce(json_agg(json_build_object('status', s.status, 'at', iso(s.at), 'error', s.error)
                           order by case s.status when 'failed' then 7 else coalesce(r.rank, 8) end, s.at, s.participant),
                       cast('[]' as json))
                from message_status s left join status_rank r on r.status = s.status
                where m.direction = 'outbound' and s.phone_number_id = m.phone_number_id and s.wamid = m.wamid),
            'attempts', (
                select coalesce(json_agg(json_build_object('number', a.number, 'state', a.state, 'mode', a.mode,
                           'baseUrl', a.base_url, 'httpStatus', a.http_status, 'code', a.code, 'reason', a.reason,
                           'advice', a.advice, 'wamid', a.wamid, 'startedAt', iso(a.started_at),
                           'finishedAt', iso(a.finished_at), 'nextAt', iso(a.next_at)) order by a.number),
                       cast('[]' as json))
                from send_attempt a where m.direction = 'outbound' and a.message_id = m.id),
            'contactId', cast(m.contact_id as text),
            'ticketId', cast(m.ticket_id as text),
            'ticketReason', m.ticket_reason,
            'media', (
                select json_build_object('id', f.id, 'state', f.state, 'mimeType', f.mime_type, 'fileName', f.file_name,
                                         'size', f.size)
                from media f where f.id = m.media_id),
            'contextWamid', m.context_wamid,
            'quoted', (
                select json_build_object('id', cast(q.id as text), 'direction', q.direction, 'type', q.type, 'text', left(q.text, 300))
                from message q
                where m.context_wamid is not null and q.phone_number_id = m.phone_number_id and q.wamid = m.context_wamid),
            'phoneNumberId', m.phone_number_id,
            'advice', case when m.error is not null then (
                select g.advice from graph_error g
                where m.error ->> 'code' ~ '^[0-9]{1,9}$' and g.code = cast(m.error ->> 'code' as int)) end,
            'replyRule', m.reply_rule,
            'reactions', (
                select coalesce(json_agg(json_build_object('contactId', cast(e.contact_id as text), 'emoji', e.emoji,
                           'at', iso(e.at)) order by e.at, e.contact_id), cast('[]' as json))
                from reaction e
                where e.phone_number_id = m.phone_number_id and e.target_wamid = m.wamid and e.emoji <> ''),
            'mode', m.mode,
            'simulated', m.simulated,
            'sentAt', iso(m.sent_at),
            'createdAt', iso(m.created_at),
            'payload', m.payload)
    $$;

create or replace function contact_json(c contact) returns json
    language sql stable
    as $$
        select json_build_object(
            'id', cast(c.id as text),
            'waId', c.wa_id,
            'userId', c.user_id,
            'username', c.username,
            'phone', '+' || ltrim(c.wa_id, '+'),
            'profileName', c.profile_name,
            'firstSeenAt', iso(c.first_seen_at),
            'lastInboundAt', iso(c.last_inbound_at),
            'lastOutboundAt', iso(c.last_outbound_at),
            'identities', (
                select coalesce(json_agg(json_build_object('kind', i.kind, 'value', i.value)
                           order by i.first_seen_at, i.kind, i.value), cast('[]' as json))
                from contact_identity i where i.contact_id = c.id))
    $$;

create or replace function ticket_json(t ticket) returns json
    language sql stable
    as $$
        select json_build_object(
            'id', cast(t.id as text),
            'status', t.status,
            'contactId', cast(t.contact_id as text),
            'phoneNumberId', t.phone_number_id,
            'subject', t.subject,
            'reason', t.reason,
            'openedAt', iso(t.opened_at),
            'closedAt', iso(t.closed_at),
            'lastMessageAt', iso(t.last_message_at),
            'lastPreview', t.last_preview,
            'unreadCount', t.unread_count,
            'simulated', t.simulated)
    $$;

create or replace function dead_letter_json(d dead_letter) returns jsonb
    language sql stable
    as $$
        select jsonb_build_object(
            'id', cast(d.id as text),
            'part', d.part,
            'itemPath', d.item_path,
            'route', d.route,
            'reason', d.reason,
            'simulated', d.simulated,
            'logPosition', cast(d.log_pos as text),
            'createdAt', iso(d.created_at),
            'replayedAt', iso(d.replayed_at),
            'resolvedAt', iso(d.resolved_at))
    $$;

-- Both ledgers at one moment. What was received is known from the log's head and what is pending from the log itself, so
-- that `received = done + pending + dead` is a check and no tautology. A lane that nobody has read yet has no offset.
create or replace view ingest_ledger as
select head.pos - l.replays_appended as events_received, l.events_done, pending.events as events_pending, l.events_dead,
       l.items_received, l.items_stored, l.items_duplicate, l.items_unsupported, l.items_dead,
       l.replays_appended, l.replays_stored, l.replays_duplicate, l.replays_unsupported, l.replays_dead,
       pending.entries as log_pending, pending.oldest as log_oldest,
       head.pos - l.replays_appended = l.events_done + pending.events + l.events_dead
           and l.items_received = l.items_stored + l.items_duplicate + l.items_unsupported + l.items_dead as balanced
from ledger l
cross join log_head head
cross join (
    select cast(sum(waiting.entries) as bigint) as entries, cast(sum(waiting.entries - waiting.replays) as bigint) as events,
           min(waiting.oldest) as oldest
    from generate_series(0, 255) as lane (number)
    left join lane_offset o on o.topic = 'webhook' and o.consumer = 'inbox' and o.lane = lane.number
    cross join lateral (
        select (select count(*) from webhook_log w where w.lane = cast(lane.number as smallint) and w.pos > coalesce(o.last_pos, 0)) as entries,
               (select count(*) from webhook_log w where w.lane = cast(lane.number as smallint) and w.pos > coalesce(o.last_pos, 0)
                                                     and w.replay_of is not null) as replays,
               (select w.received_at from webhook_log w where w.lane = cast(lane.number as smallint) and w.pos > coalesce(o.last_pos, 0)
                order by w.pos limit 1) as oldest
    ) as waiting
) as pending
where head.topic = 'webhook';
