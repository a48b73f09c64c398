-- What became of claimed callbacks: the delivered ones and those given up are gone, the others come again: at once, then after 1, 2, 4 …
-- 60 minutes of Meta's clock, which runs faster here. After the first try of one, whatever became of it, the next of its message has its
-- turn: Meta does not wait either. Where a callback went that did not go to the app's own address, and that it was given up, is noted for
-- message_history. The commit does not wait for the disk: what it loses with a crash of PostgreSQL is delivered again.
with result as (
    select r.id, r.done, r.webhook from jsonb_to_recordset(cast(:?results as jsonb)) as r (id bigint, done boolean, webhook jsonb)
    where (select set_config('synchronous_commit', 'off', true)) = 'off'
), gone as (
    delete from simulator_callback c where c.id = any(array(select r.id from result r where r.done))
    returning c.id, c.message, c.kind
), noted as (
    update simulator_message m
    set webhooks = coalesce(m.webhooks, '{}') || (
        select jsonb_object_agg(gone.kind, r.webhook) from gone join result r on r.id = gone.id where gone.message = m.wamid and r.webhook is not null)
    where m.wamid = any(array(select gone.message from gone join result r on r.id = gone.id where r.webhook is not null))
), again as (
    update simulator_callback c
    set due_at = now() + case when c.tries < 2 then 0 else least(60, power(2, least(c.tries - 2, 6))) end * interval '1 minute'
                         / cast(:?speed as int)
    from result r
    where c.id = r.id and not r.done
    returning c.id, c.message
)
update simulator_callback c
set due_at = greatest(c.ready_at, now())
where c.due_at = 'infinity' and c.id = any(array(
    select turn.id
    from (select id, message from gone union all select id, message from again) as tried cross join lateral (
        select next.id from simulator_callback next where next.message = tried.message and next.id > tried.id order by next.id limit 1
    ) as turn))
