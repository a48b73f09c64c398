-- Waits for a batch of statuses that is joining the same messages; what follows sees what it has written. Each by its key: a plan
-- that was made while there were no messages would read all of them, in their order.
select locked.id
from (
    select e."messageId" as id from jsonb_to_recordset(cast(:?ends as jsonb)) as e ("messageId" bigint) order by 1
) as ended
cross join lateral (select m.id from message m where m.id = ended.id for update) as locked
