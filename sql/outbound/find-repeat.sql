-- The message that an earlier POST with the same Idempotency-Key made, and whether that POST had the same body. Locks the key
-- against a second POST at the same time.
select cast(k.message_id as text) as id, k.body_hash = cast(:?send as jsonb) ->> 'bodyHash' as same
from (select pg_advisory_xact_lock(hashtextextended(cast(:?send as jsonb) ->> 'idempotencyKey', 0))) as locked
join idempotency_key k on k.key = cast(:?send as jsonb) ->> 'idempotencyKey'
