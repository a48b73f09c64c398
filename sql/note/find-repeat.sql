-- The note of a ticket that came with this key before.
select cast(note_json(n) as text)
from ticket_note n
where n.key = cast(:?request as jsonb) ->> 'idempotencyKey' and n.ticket_id = id_of(cast(:?request as jsonb) ->> 'id')
