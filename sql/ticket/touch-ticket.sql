-- A message of ours is the latest of its ticket and contact.
with message_of as (
    select m.ticket_id, m.contact_id, m.sent_at, coalesce(m.text, m.type) as preview
    from message m where m.id = cast(cast(:?accepted as jsonb) ->> 'id' as bigint)
), contact_touched as (
    update contact c set last_outbound_at = greatest(c.last_outbound_at, message_of.sent_at)
    from message_of where c.id = message_of.contact_id
)
update ticket t
set last_message_at = greatest(t.last_message_at, message_of.sent_at), last_preview = left(message_of.preview, 200)
from message_of
where t.id = message_of.ticket_id
