-- A resumable upload, as far as it is there.
select cast(jsonb_build_object('id', u.id, 'file_offset', case when u.handle is null then octet_length(u.content) else u.file_length end) as text) as progress
from simulator_upload u
where u.id = cast(:?uploadId as text)
