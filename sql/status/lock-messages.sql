-- Waits for whoever is changing the messages that the batch has statuses of, by wamid or by the id of an attempt - another batch, or
-- the answer of their call; the next statements see what was written. All of them in one order, so that nobody waits in a circle; each
-- by its key, also in a plan that was made while there were no messages.
with told as materialized (
    select r.phone_number_id, r.wamid,
           case when r.callback_data ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then cast(r.callback_data as uuid) end as attempt_id
    from json_to_recordset(cast(:?statuses as json)) as r (phone_number_id text, wamid text, callback_data text)
)
select locked.id
from (
    select known.id
    from told
    cross join lateral (select m.id from message m where m.wamid = told.wamid and m.phone_number_id = told.phone_number_id limit 1) as known
    union
    select a.message_id
    from told
    cross join lateral (select attempt.* from send_attempt attempt where attempt.id = told.attempt_id limit 1) as a
    where a.state <> 'accepted'
    order by 1
) as news
cross join lateral (select m.id from message m where m.id = news.id and m.direction = 'outbound' for update) as locked
