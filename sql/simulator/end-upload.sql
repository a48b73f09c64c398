-- All of a resumable upload is there: its handle.
update simulator_upload u
set media = cast(:?mediaId as text), content = '',
    handle = coalesce(u.handle, '4::' || translate(encode(decode(replace(cast(gen_random_uuid() as text), '-', ''), 'hex'), 'base64'), '=', ''))
where u.id = cast(:?uploadId as text)
returning cast(jsonb_build_object('h', u.handle) as text)
