-- What became of claimed callbacks: the delivered ones and those given up are gone, the others come again: at once, then
-- after 1, 2, 4 … 60 seconds.
with result as (
    select r.id, r.done from jsonb_to_recordset(cast(:?results as jsonb)) as r (id bigint, done boolean)
), gone as (
    delete from simulator_callback c using result r where c.id = r.id and r.done
)
update simulator_callback c
set due_at = now() + case when c.tries < 2 then 0 else least(60, power(2, least(c.tries - 2, 6))) end * interval '1 second'
from result r
where c.id = r.id and not r.done
