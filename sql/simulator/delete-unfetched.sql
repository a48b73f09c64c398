-- The files of a message were fetched: only one who did so says what becomes of it.
delete from simulator_unfetched where wamid = cast(:?wamid as text) returning wamid
