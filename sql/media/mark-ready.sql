-- The file is stored and is the announced one; the pages are told. Last in its transaction, for it holds the topic's head.
with ready as (
    update media m
    set state = 'ready', mime_type = f."mimeType", size = f.size, sha256 = f.sha256, path = f.path, error = null
    from jsonb_to_record(cast(:?facts as jsonb)) as f (id text, "mimeType" text, size bigint, sha256 text, path text)
    where m.id = cast(f.id as uuid)
    returning m.id
), owner as (
    select m.id, m.contact_id, m.ticket_id, m.simulated from message m join ready on m.media_id = ready.id limit 1
), head as (
    update log_head set pos = pos + 1 where topic = 'events' and exists (select 1 from owner) returning pos
)
insert into events_log (pos, lane, simulated, payload)
select head.pos, 0, owner.simulated, convert_to(cast(jsonb_strip_nulls(jsonb_build_object('type', 'media.changed', 'state', 'ready',
    'messageId', cast(owner.id as text), 'contactId', cast(owner.contact_id as text), 'ticketId', cast(owner.ticket_id as text),
    'at', now())) as text), 'UTF8')
from head cross join owner
