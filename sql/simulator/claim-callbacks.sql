-- Claims some callbacks that are due; of one message only one is, which keeps their order. Whoever claims has 30 seconds to
-- settle: a callback that was claimed by a process that died comes again. So the commit need not wait for the disk. Meta tries
-- for 7 days, by a clock that runs faster here.
update simulator_callback c
set tries = c.tries + 1, due_at = now() + interval '30 seconds'
where c.id = any(array(
    select due.id
    from simulator_callback due
    where due.due_at <= now()
    order by due.due_at, due.id
    limit cast(:?most as int)
    for update skip locked))
  and (select set_config('synchronous_commit', 'off', true)) = 'off'
returning c.id, c.message, c.kind, c.tries, c.created_at < now() - interval '7 days' / cast(:?speed as int) as last_try, c.body,
    cast(c.delivery as text) as delivery,
    (select cast(jsonb_build_object('subscribed', a.state -> 'subscribed', 'fields', a.state -> 'fields', 'webhooks', (
                select jsonb_object_agg(w.scope, jsonb_build_object('url', w.url, 'verifyToken', w.verify_token)) from simulator_webhook w)) as text)
     from simulator_account a) as subscription
