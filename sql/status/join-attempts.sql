-- A status that carries our attempt's id tells the wamid of a send whose answer we never saw: the attempt was accepted, and
-- nothing of it is left to send. An attempt that is known to be accepted tells nothing new: when a person has asked for another
-- one since, a repeated status of the old one must not take that back. Each by its key, whatever the plan.
with given as materialized (
    select r.phone_number_id, r.wamid,
           case when r.callback_data ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then cast(r.callback_data as uuid) end as attempt_id
    from json_to_recordset(cast(:?statuses as json)) as r (phone_number_id text, wamid text, callback_data text)
), told as (
    select distinct on (m.id) m.id as message_id, a.id as attempt_id, given.wamid
    from given
    cross join lateral (select attempt.* from send_attempt attempt where attempt.id = given.attempt_id limit 1) as a
    cross join lateral (select message.* from message where message.id = a.message_id limit 1) as m
    where a.state <> 'accepted' and m.phone_number_id = given.phone_number_id and m.wamid is null
    order by m.id, a.number desc
), attempts as (
    update send_attempt a set state = 'accepted', wamid = told.wamid, finished_at = now(), reason = 'told by a status', advice = null
    from told where a.id = told.attempt_id
), done as (
    delete from outbox o where o.message_id = any (array(select told.message_id from told))
)
update message m set wamid = told.wamid, status = 'accepted', error = null
from told
where m.id = told.message_id
