-- The media of new messages: shown at once as pending, fetched after the commit.
insert into media (id, direction, state, mode, phone_number_id, graph_id, mime_type, file_name, sha256, caption, error,
                   simulated)
select cast(r.media ->> 'id' as uuid), 'inbound', r.media ->> 'state', r.mode, r.phone_number_id, r.media ->> 'graph_id',
       r.media ->> 'mime_type', r.media ->> 'file_name', r.media ->> 'sha256', r.media ->> 'caption', r.media ->> 'error',
       r.simulated
from json_to_recordset(cast(:?messages as json))
    as r (media jsonb, mode text, phone_number_id text, simulated boolean, stored boolean)
where r.stored and r.media is not null
