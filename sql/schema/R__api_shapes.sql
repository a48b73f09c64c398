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
            'author', case when m.reply_rule is not null then json_build_object('kind', 'route', 'name', m.reply_rule)
                           when m.author is not null then json_build_object('kind', m.author_kind, 'name', m.author) end,
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

-- What to show of a contact in one line.
create or replace function contact_name(c contact) returns text
    language sql stable
    as $$ select coalesce(c.display_name, c.profile_name, '@' || c.username, '+' || ltrim(c.wa_id, '+'), c.user_id, 'Contact ' || c.id) $$;

-- Who says who it is: an agent, else the customer by having written to us, else nobody.
create or replace function contact_verification(c contact) returns text
    language sql stable
    as $$ select coalesce(c.verified_state, case when c.last_inbound_at is not null then 'inbound' else 'unverified' end) $$;

create or replace function contact_json(c contact) returns json
    language sql stable
    as $$
        select json_build_object(
            'id', cast(c.id as text),
            'name', contact_name(c),
            'waId', c.wa_id,
            'userId', c.user_id,
            'username', c.username,
            'phone', '+' || ltrim(c.wa_id, '+'),
            'profileName', c.profile_name,
            'displayName', c.display_name,
            'email', c.email,
            'company', c.company,
            'language', c.language,
            'notes', c.notes,
            'labels', c.labels,
            'verification', case contact_verification(c)
                when 'unverified' then json_build_object('state', 'unverified', 'evidence', null, 'at', null, 'by', null)
                when 'inbound' then (
                    select json_build_object('state', 'inbound', 'evidence',
                        case when c.simulated then 'Wrote to us in the simulator.' else 'Wrote to us; Meta has signed the webhook.' end,
                        'at', iso(coalesce((select m.sent_at from message m where m.contact_id = c.id and m.direction = 'inbound'
                                            order by m.sent_at, m.id limit 1), c.last_inbound_at)), 'by', null))
                else json_build_object('state', c.verified_state, 'evidence', c.verified_evidence, 'at', iso(c.verified_at),
                                       'by', c.verified_by) end,
            'simulated', c.simulated,
            'marketingOptOutAt', iso(c.marketing_opt_out_at),
            'firstSeenAt', iso(c.first_seen_at),
            'lastInboundAt', iso(c.last_inbound_at),
            'lastOutboundAt', iso(c.last_outbound_at),
            'updatedAt', iso(c.updated_at),
            'mergedInto', cast(c.merged_into as text),
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
            'contact', (
                select json_build_object('id', cast(c.id as text), 'name', contact_name(c), 'phone', '+' || ltrim(c.wa_id, '+'),
                                         'username', c.username, 'verification', contact_verification(c))
                from contact c where c.id = t.contact_id),
            'assignee', (select json_build_object('id', cast(a.id as text), 'name', a.name) from agent a where a.id = t.assignee_id),
            'phoneNumberId', t.phone_number_id,
            'subject', t.subject,
            'reason', t.reason,
            'openedAt', iso(t.opened_at),
            'closedAt', iso(t.closed_at),
            'lastMessageAt', iso(t.last_message_at),
            'lastPreview', t.last_preview,
            'lastMessage', (
                select json_build_object('id', cast(m.id as text), 'direction', m.direction, 'type', m.type, 'status', m.status,
                                         'text', left(m.text, 200))
                from message m where m.ticket_id = t.id order by m.sent_at desc, m.id desc limit 1),
            'unreadCount', t.unread_count,
            'failedSends', (select count(*) from failed_send f where f.ticket_id = t.id),
            'unconfirmedSends', (select count(*) from unsettled_send u where u.ticket_id = t.id and u.status = 'unknown'),
            'windowClosesAt', (select iso(w.last_customer_at + interval '24 hours') from service_window w
                               where w.contact_id = t.contact_id and w.phone_number_id = t.phone_number_id),
            'simulated', t.simulated)
    $$;

create or replace function note_json(n ticket_note) returns json
    language sql stable
    as $$
        select json_build_object('id', cast(n.id as text), 'ticketId', cast(n.ticket_id as text), 'text', n.text, 'author', n.author,
                                 'createdAt', iso(n.created_at))
    $$;

create or replace function agent_json(a agent) returns json
    language sql stable
    as $$
        select json_build_object('id', cast(a.id as text), 'name', a.name, 'email', a.email, 'active', a.active,
            'openTickets', (select count(*) from ticket t where t.assignee_id = a.id and t.status <> 'closed'),
            'createdAt', iso(a.created_at))
    $$;

-- An id as a caller gave it; null when it is none.
create or replace function id_of(given text) returns bigint
    language sql immutable
    as $$ select case when given ~ '^[0-9]{1,18}$' then cast(given as bigint) end $$;

-- The contact with this id, or the one that it was merged into.
create or replace function contact_of(given text) returns bigint
    language sql stable
    as $$ select coalesce(c.merged_into, c.id) from contact c where c.id = id_of(given) $$;

-- For `like`: what a caller searches for, anywhere in a text, as it is written.
create or replace function search_pattern(q text) returns text
    language sql immutable
    as $$ select '%' || replace(replace(replace(lower(btrim(q)), '\', '\\'), '%', '\%'), '_', '\_') || '%' $$;

-- For `like`: of what is written like a phone number the digits, anywhere, without the 00 that some write for the +; null when it is
-- not. What is written like a price is none.
create or replace function phone_pattern(q text) returns text
    language sql immutable
    as $$ select case when q ~ '^[-+0-9 ().]*[0-9][-+0-9 ().]*$' and btrim(q) !~ '^[0-9]+\.[0-9]{1,2}$' then '%' || regexp_replace(regexp_replace(q, '\D', '', 'g'), '^00(\d{6})', '\1') || '%' end $$;

-- Appends one domain event. It holds the topic's head until the commit, so it is the last of a transaction.
create or replace function append_event(event jsonb, of_simulated boolean) returns bigint
    language sql volatile
    as $$
        with head as (
            update log_head set pos = pos + 1 where topic = 'events' returning pos
        )
        insert into events_log (pos, lane, simulated, payload)
        select head.pos, 0, of_simulated, convert_to(cast(jsonb_strip_nulls(event) as text), 'UTF8') from head
        returning pos
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
select head.pos - head.replays as events_received, l.events_done, pending.events as events_pending, l.events_dead,
       l.items_received, l.items_stored, l.items_duplicate, l.items_unsupported, l.items_dead,
       head.replays as replays_appended, l.replays_stored, l.replays_duplicate, l.replays_unsupported, l.replays_dead,
       pending.entries as log_pending, pending.oldest as log_oldest,
       head.pos - head.replays = l.events_done + pending.events + l.events_dead
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

-- What waits in the log, at a cost that has a bound: at most 1,000 entries of a lane are counted, and more is said to be more.
create or replace view log_backlog as
select cast(sum(least(waiting.entries, 1000)) as bigint) as entries, cast(sum(waiting.entries - waiting.replays) as bigint) as events,
       bool_or(waiting.entries > 1000) as at_least, min(waiting.oldest) as oldest
from generate_series(0, 255) as lane (number)
left join lane_offset o on o.topic = 'webhook' and o.consumer = 'inbox' and o.lane = lane.number
cross join lateral (
    select count(*) as entries, count(few.replay_of) as replays, (array_agg(few.received_at order by few.pos))[1] as oldest
    from (select w.pos, w.replay_of, w.received_at from webhook_log w
          where w.lane = cast(lane.number as smallint) and w.pos > coalesce(o.last_pos, 0) order by w.pos limit 1001) as few
) as waiting;

-- What waits to be sent, by mode, at a cost that has a bound too: of at most 10,000 contacts; and since when the oldest could have gone.
create or replace view outbox_backlog as
select side.mode, coalesce(few.waiting, 0) as waiting, few.contacts > 10000 as at_least,
       (select min(first.due_at)
        from channel number cross join lateral (
            select c.due_at from outbox_contact c where c.queue = side.mode || ' ' || number.phone_number_id
            order by c.due_at limit 1) as first) as oldest
from (values ('mock'), ('real')) as side (mode)
cross join lateral (
    select count(*) as contacts, cast(sum(c.waiting) as bigint) as waiting
    from (select o.waiting
          from channel number cross join lateral (
              select c.waiting from outbox_contact c where c.queue = side.mode || ' ' || number.phone_number_id
              order by c.due_at limit 10001) as o       -- in the order of the index, or it reads all
          limit 10001) as c) as few;
