-- A resumable upload, and how much of it is there.
select u.file_type, u.file_length,
       cast(jsonb_build_object('id', u.id, 'file_offset', case when u.handle is null then 0 else u.file_length end) as text) as progress
from simulator_upload u
where u.id = cast(:?uploadId as text)
