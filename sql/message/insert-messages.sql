-- Stores the messages of a batch; a wamid that is there already is skipped. Returns the new ones only: everything that
-- counts derives from these.
insert into message (contact_id, ticket_id, ticket_reason, phone_number_id, direction, type, status, wamid, text,
                     context_wamid, media_id, mode, simulated, payload, sent_at, log_pos, log_item)
select r.contact_id, r.ticket_id, r.ticket_reason, r.phone_number_id, 'inbound', coalesce(r.type, 'unknown'), 'received',
       r.wamid, r.text, r.context_wamid, cast(r.media ->> 'id' as uuid), r.mode, r.simulated, r.payload, r.at, r.pos, r.item
from json_to_recordset(cast(:?messages as json))
    as r (pos bigint, item int, contact_id bigint, ticket_id bigint, ticket_reason text, phone_number_id text, type text,
          wamid text, text text, context_wamid text, media jsonb, mode text, simulated boolean, payload json,
          at timestamptz)
where r.contact_id is not null
order by r.phone_number_id, r.wamid, r.pos, r.item
on conflict (phone_number_id, wamid) where wamid is not null do nothing
returning log_pos as pos, log_item as item, id as message_id, true as stored
