-- A status that carries our attempt's id tells the wamid of a send whose answer we never saw: the attempt was accepted, and
-- nothing of it is left to send. An attempt that is known to be accepted tells nothing new: when a person has asked for another
-- one since, a repeated status of the old one must not take that back.
with told as (
    select distinct on (m.id) m.id as message_id, a.id as attempt_id, r.wamid
    from json_to_recordset(cast(:?statuses as json))
        as r (phone_number_id text, wamid text, callback_data text)
    join send_attempt a on a.state <> 'accepted' and a.id =
        case when r.callback_data ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then cast(r.callback_data as uuid) end
    join message m on m.id = a.message_id and m.phone_number_id = r.phone_number_id
    where m.wamid is null
    order by m.id, a.number desc
), attempts as (
    update send_attempt a set state = 'accepted', wamid = told.wamid, finished_at = now(), reason = 'told by a status'
    from told where a.id = told.attempt_id
), done as (
    delete from outbox o using told where o.message_id = told.message_id
)
update message m set wamid = told.wamid, status = 'accepted', error = null
from told
where m.id = told.message_id
