-- Takes a part of a resumable upload: it goes on where the part before ended, or begins anew at 0. The content when all of it is there; no
-- row when the part begins elsewhere, or is too long.
update simulator_upload u
set content = case when cast(:?offset as text) = '0' then cast('' as bytea) else u.content end || cast(:?part as bytea)
where u.id = cast(:?uploadId as text) and cast(:?offset as text) in ('0', cast(octet_length(u.content) as text))
  and case when cast(:?offset as text) = '0' then 0 else octet_length(u.content) end + octet_length(cast(:?part as bytea)) <= u.file_length
returning u.file_type, case when octet_length(u.content) = u.file_length then u.content end as content
