-- What was changed of numbers, and the numbers that were added, oldest first.
select cast(coalesce(jsonb_agg(n.state || jsonb_build_object('id', n.id) order by n.created_at, n.id), '[]') as text)
from simulator_number n
