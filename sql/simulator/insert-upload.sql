-- A resumable upload begins.
insert into simulator_upload (id, file_type, file_length)
values ('upload:' || translate(encode(decode(replace(cast(gen_random_uuid() as text), '-', ''), 'hex'), 'base64'), '+/=', '-_'),
        cast(:?fileType as text), cast(:?fileLength as bigint))
returning cast(jsonb_build_object('id', id) as text)
