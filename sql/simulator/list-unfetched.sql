-- Messages whose files at links were not fetched when this process began, in the order in which they were taken.
select wamid, cast(send as text) as send from simulator_unfetched order by taken_at
