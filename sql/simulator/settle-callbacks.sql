-- What became of claimed callbacks: the delivered ones and those given up are gone and the next of their message has its turn, the
-- others come again: at once, then after 1, 2, 4 … 60 minutes of Meta's clock, which runs faster here. The commit does not wait for
-- the disk: what it loses with a crash of PostgreSQL is delivered again.
with result as (
    select r.id, r.done from jsonb_to_recordset(cast(:?results as jsonb)) as r (id bigint, done boolean)
    where (select set_config('synchronous_commit', 'off', true)) = 'off'
), gone as (
    delete from simulator_callback c where c.id = any(array(select r.id from result r where r.done))
    returning c.id, c.message
), again as (
    update simulator_callback c
    set due_at = now() + case when c.tries < 2 then 0 else least(60, power(2, least(c.tries - 2, 6))) end * interval '1 minute'
                         / cast(:?speed as int)
    from result r
    where c.id = r.id and not r.done
)
update simulator_callback c
set due_at = greatest(c.ready_at, now())
where c.id = any(array(
    select turn.id
    from gone cross join lateral (
        select next.id from simulator_callback next where next.message = gone.message and next.id > gone.id order by next.id limit 1
    ) as turn
    where not exists (select 1 from result r where r.id = turn.id)))
