-- What is known of a file, as Meta shows it except for its url, and whether it is the picture of a profile, which anybody may
-- see and which does not expire; no row when there is none any more, or not of the number asked for.
select cast(jsonb_build_object('messaging_product', 'whatsapp', 'id', m.id, 'mime_type', m.mime_type, 'sha256', m.sha256,
                               'file_size', m.file_size, 'picture', shown.picture) as text) as media
from simulator_media m
cross join lateral (select exists (select 1 from simulator_profile p where p.picture = m.id) as picture) as shown
where m.id = cast(:?id as text) and m.phone_number_id = coalesce(nullif(cast(:?number as text), ''), m.phone_number_id)
  and (m.expires_at > now() or shown.picture)
