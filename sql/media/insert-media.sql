-- A file that the helpdesk uploaded: ready to be sent.
insert into media (id, direction, state, mode, phone_number_id, mime_type, file_name, size, sha256, path, simulated)
select cast(f.id as uuid), 'outbound', 'ready', cast(:?mode as text), cast(:?phoneNumberId as text), f."mimeType", f."fileName",
       f.size, f.sha256, f.path, cast(:?mode as text) = 'mock'
from jsonb_to_record(cast(:?facts as jsonb))
    as f (id text, "mimeType" text, "fileName" text, size bigint, sha256 text, path text)
returning cast(jsonb_build_object('id', id, 'state', state, 'mimeType', mime_type, 'fileName', file_name, 'size', size) as text)
    as media
