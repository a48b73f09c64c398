-- Queues callbacks: the bytes as they will be signed and sent, in the order in which they are to arrive. Only the first of a
-- message has its turn. Those that are to be gathered are due at the same half second. The commit does not wait for the disk:
-- whatever the caller writes in this database after the answer is behind it in the same log, and so never there without it. What comes
-- of a customer whom the business has blocked (the column customer) is left out.
insert into simulator_callback (message, kind, ready_at, due_at, body, delivery)
select r.message, r.kind, at.ready,
       case when r.position = min(r.position) over (partition by r.message) then at.ready else 'infinity' end,
       convert_to(r.body, 'UTF8'), r.delivery
from jsonb_to_recordset(cast(:?callbacks as jsonb))
    as r (position int, message text, kind text, customer text, delay_ms bigint, body text, delivery jsonb)
cross join lateral (
    select case when r.delivery ->> 'batch' is null then now() + r.delay_ms * interval '1 millisecond'
                else to_timestamp(ceil(2 * extract(epoch from now() + r.delay_ms * interval '1 millisecond')) / 2) end as ready
) as at
where (select set_config('synchronous_commit', 'off', true)) = 'off'
  and (select c.blocked_at from simulator_customer c where c.customer = r.customer) is null
order by r.position
