-- Keeps the statuses of a batch, also of messages that are not known yet; a repeat is skipped. Returns the new ones.
insert into message_status (phone_number_id, wamid, status, participant, at, error, callback_data, payload, log_pos, log_item)
select r.phone_number_id, r.wamid, r.status, coalesce(r.participant, ''), r.at, r.error, r.callback_data,
       r.payload, r.pos, r.item
from json_to_recordset(cast(:?statuses as json))
    as r (pos bigint, item int, phone_number_id text, wamid text, status text, participant text,
          at timestamptz, error jsonb, callback_data text, payload json)
order by r.phone_number_id, r.wamid, r.status, coalesce(r.participant, ''), r.pos, r.item
on conflict (phone_number_id, wamid, status, participant) do nothing
returning log_pos as pos, log_item as item, true as stored
