-- The message that an earlier POST with the same Idempotency-Key made, and whether that POST had the same body.
select cast(k.message_id as text) as id, k.body_hash = cast(:?send as jsonb) ->> 'bodyHash' as same
from idempotency_key k
where k.key = cast(:?send as jsonb) ->> 'idempotencyKey'
