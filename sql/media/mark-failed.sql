-- A try that failed: another one when it is due, or none any more, which the pages are told. Last in its transaction, for it may
-- hold the topic's head.
with tried as (
    update media m
    set error = cast(:?fault as text),
        state = case when m.attempts >= cast(:?maxAttempts as int) then 'failed' else 'pending' end,
        due_at = now() + make_interval(secs => least(3600, cast(:?retryDelay as int) * 4 ^ (m.attempts - 1)))
    where m.id = cast(:?mediaId as uuid) and m.state = 'pending'
    returning m.id, m.state
), owner as (
    select m.id, m.contact_id, m.ticket_id, m.simulated from message m join tried on m.media_id = tried.id where tried.state = 'failed' limit 1
), head as (
    update log_head set pos = pos + 1 where topic = 'events' and exists (select 1 from owner) returning pos
)
insert into events_log (pos, lane, simulated, payload)
select head.pos, 0, owner.simulated, convert_to(cast(jsonb_strip_nulls(jsonb_build_object('type', 'media.changed', 'state', 'failed',
    'messageId', cast(owner.id as text), 'contactId', cast(owner.contact_id as text), 'ticketId', cast(owner.ticket_id as text),
    'at', now())) as text), 'UTF8')
from head cross join owner
