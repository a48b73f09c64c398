-- What is known of a file, as Meta shows it except for its url; no row when there is none, or not of the number asked for.
select cast(jsonb_build_object('messaging_product', 'whatsapp', 'id', m.id, 'mime_type', m.mime_type, 'sha256', m.sha256,
                               'file_size', m.file_size) as text) as media
from simulator_media m
where m.id = :?id and m.phone_number_id = coalesce(nullif(:?number, ''), m.phone_number_id)
