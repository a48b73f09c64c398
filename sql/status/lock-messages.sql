-- Waits for whoever is changing the messages that the batch has statuses of, by wamid or by the id of an attempt - another batch, or
-- the answer of their call; the next statements see what was written. All of them in one order, so that nobody waits in a circle.
select m.id
from message m
where m.direction = 'outbound' and m.id in (
    select known.id
    from jsonb_to_recordset(cast(:?statuses as jsonb)) as r (phone_number_id text, wamid text)
    join message known on known.phone_number_id = r.phone_number_id and known.wamid = r.wamid
    union
    select a.message_id
    from jsonb_to_recordset(cast(:?statuses as jsonb)) as r (callback_data text)
    join send_attempt a on a.state <> 'accepted' and a.id =
        case when r.callback_data ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then cast(r.callback_data as uuid) end)
order by m.id for update of m
