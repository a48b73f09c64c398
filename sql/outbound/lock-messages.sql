-- Waits for a batch of statuses that is joining the same messages; what follows sees what it has written.
select m.id
from message m
where m.id in (select e."messageId" from jsonb_to_recordset(cast(:?ends as jsonb)) as e ("messageId" bigint))
order by m.id for update
