-- A message that a customer wrote in the last 30 days; no row when there is none of this id.
select m.wamid from simulator_message m
where m.wamid = cast(:?wamid as text) and m.kinds[1] like 'inbound %' and m.first_at > now() - interval '30 days'
