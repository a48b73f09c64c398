-- Waits for another POST with the same Idempotency-Key; find-repeat, the next statement, sees what it has written.
select pg_advisory_xact_lock(hashtextextended(cast(:?send as jsonb) ->> 'idempotencyKey', 0))
