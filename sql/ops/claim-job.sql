-- Of several instances on one database, the first gets a job, for the length of its transaction; the others leave it alone. A lock of
-- the transaction, not of the session: it ends with a killed process and works through a connection pooler.
select pg_try_advisory_xact_lock(hashtextextended(:?job, 0)) as ours
