-- A message that is taken while its file at a link is still to be fetched: what becomes of it is not known yet.
insert into simulator_unfetched (wamid, send) values (cast(:?wamid as text), cast(:?send as jsonb))
