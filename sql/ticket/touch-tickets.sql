-- Brings the list columns of each ticket up to date with its new messages: one update a ticket and batch. A real
-- message makes it real.
with incoming as (
    select r.ticket_id,
           count(*) filter (where r.type is distinct from 'system' and r.type is distinct from 'reaction') as unread,
           max(least(r.at, now())) as last_at, bool_and(r.simulated) as simulated,
           (array_agg(coalesce(r.text, r.type) order by least(r.at, now()) desc, r.wamid desc))[1] as preview,
           (array_agg(r.wamid order by least(r.at, now()) desc, r.wamid desc))[1] as wamid
    from json_to_recordset(cast(:?messages as json))
        as r (ticket_id bigint, type text, text text, at timestamptz, wamid text, stored boolean, simulated boolean)
    where r.stored and r.ticket_id is not null
    group by r.ticket_id
), locked as (
    select t.id from ticket t join incoming i on i.ticket_id = t.id order by t.id for update of t
)
update ticket t
set unread_count    = t.unread_count + i.unread,
    simulated       = t.simulated and i.simulated,
    last_preview    = case when t.last_preview is null or (i.last_at, i.wamid) >= (t.last_message_at, coalesce(t.last_wamid, ''))
                           then left(i.preview, 200) else t.last_preview end,
    last_wamid      = case when t.last_preview is null or (i.last_at, i.wamid) >= (t.last_message_at, coalesce(t.last_wamid, ''))
                           then i.wamid else t.last_wamid end,
    last_message_at = greatest(t.last_message_at, i.last_at)
from incoming i
where t.id = i.ticket_id and exists (select 1 from locked where locked.id = t.id)
