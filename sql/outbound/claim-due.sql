-- Takes what is due: of each contact the oldest only, so that order is kept and a slow contact blocks nobody else; of the mode
-- that holds now only. A claim ends with the lease; a later claim of the same row takes it away.
with due as (
    select o.message_id
    from outbox o
    where o.mode = (select s.value from setting s where s.key = 'whatsapp.mode')
      and o.due_at <= now() and (o.lease_until is null or o.lease_until < now())
      and not exists (select 1 from outbox earlier where earlier.contact_id = o.contact_id and earlier.mode = o.mode
                      and earlier.message_id < o.message_id)
    order by o.due_at, o.message_id
    limit cast(:?workers as int)
    for update skip locked
)
update outbox o
set lease_until = now() + make_interval(secs => cast(:?lease as int)), claim = gen_random_uuid()
from due
where o.message_id = due.message_id
returning o.message_id, o.mode, o.claim
