-- A file as the API shows it, with the path by which it is served, and the id that names it when nobody has: that of a message that it
-- belongs to.
select cast(jsonb_build_object('id', m.id, 'direction', m.direction, 'state', m.state, 'mimeType', m.mime_type,
        'fileName', m.file_name, 'size', m.size, 'sha256', m.sha256, 'caption', m.caption, 'error', m.error,
        'simulated', m.simulated,
        'createdAt', to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24":"MI":"SS.MS"Z"')) as text) as media,
       m.state, m.path, m.mime_type, m.file_name, m.error,
       coalesce((select cast(w.id as text) from message w where w.media_id = m.id limit 1), left(cast(m.id as text), 8)) as name_id,
       cast(:?request as jsonb) ->> 'size' as asked_size,
       m.sha256 || case when cast(:?request as jsonb) ->> 'size' = 'small' then '-small' else '' end as etag
from media m
where m.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
                  then cast(cast(:?request as jsonb) ->> 'id' as uuid) end
