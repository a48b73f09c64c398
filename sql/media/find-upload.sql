-- A stored file that is to be sent, and Meta's id for it where the number has given it to Meta in the last 25 of 30 days.
select cast(jsonb_build_object('id', m.id, 'mimeType', m.mime_type, 'fileName', m.file_name, 'path', m.path) as text) as media,
       u.graph_id
from media m
left join media_upload u on u.media_id = m.id and u.mode = cast(:?mode as text)
    and u.phone_number_id = cast(:?phoneNumberId as text) and u.uploaded_at > now() - interval '25 days'
where m.id = cast(:?mediaId as uuid)
