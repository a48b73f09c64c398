-- The displayed status of each message that the batch has news of, derived anew from its whole history.
with news as (
    select distinct r.phone_number_id, r.wamid
    from jsonb_to_recordset(cast(:?batch as jsonb))
        as r (part text, outcome text, phone_number_id text, wamid text)
    where r.part = 'status' and r.outcome <> 'dead'
), locked as (
    select m.id, m.phone_number_id, m.wamid
    from message m join news on news.phone_number_id = m.phone_number_id and news.wamid = m.wamid
    where m.direction = 'outbound'
    order by m.id for update of m
)
update message m
set status = p.status, late_failure = p.late_failure, error = p.error
from locked, message_progress(locked.phone_number_id, locked.wamid) as p
where m.id = locked.id
