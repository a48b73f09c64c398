-- Claims some callbacks that are due; of one message only the oldest, which keeps their order. Whoever claims has 30 seconds
-- to settle: a callback that was claimed by a process that died comes again.
update simulator_callback c
set tries = c.tries + 1, due_at = now() + interval '30 seconds'
where c.id in (
    select due.id
    from simulator_callback due
    where due.due_at <= now()
      and not exists (select 1 from simulator_callback older where older.message = due.message and older.id < due.id)
    order by due.due_at, due.id
    limit 64
    for update skip locked)
returning c.id, c.message, c.kind, c.tries, c.created_at < now() - interval '7 days' as last_try, c.body
