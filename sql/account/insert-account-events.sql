-- Keeps everything that is neither message nor status; a repeat is skipped. Returns the new ones.
insert into account_event (content_hash, field, topic, event, waba_id, phone_number_id, value, simulated, log_pos, log_item)
select r.key, r.field, r.topic, r.event, r.waba_id, r.phone_number_id, r.payload, r.simulated, r.pos, r.item
from json_to_recordset(cast(:?changes as json))
    as r (pos bigint, item int, key text, field text, topic text, event text, waba_id text,
          phone_number_id text, payload jsonb, simulated boolean)
order by r.key, r.pos, r.item
on conflict (content_hash) do nothing
returning log_pos as pos, log_item as item, true as stored
