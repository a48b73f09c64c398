-- Queues callbacks: the bytes as they will be signed and sent, in the order in which they are to arrive. Only the first of a
-- message has its turn. The commit does not wait for the disk: whatever the caller writes in this database after the answer is
-- behind it in the same log, and so never there without it.
insert into simulator_callback (message, kind, ready_at, due_at, body)
select r.message, r.kind, now() + r.delay_ms * interval '1 millisecond',
       case when r.position = min(r.position) over (partition by r.message) then now() + r.delay_ms * interval '1 millisecond'
            else 'infinity' end,
       convert_to(r.body, 'UTF8')
from jsonb_to_recordset(cast(:?callbacks as jsonb))
    as r (position int, message text, kind text, delay_ms bigint, body text)
where (select set_config('synchronous_commit', 'off', true)) = 'off'
order by r.position
