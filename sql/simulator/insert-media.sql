-- Notes a file that was uploaded, or that a simulated customer sent.
insert into simulator_media (id, phone_number_id, mime_type, sha256, file_size, expires_at)
select r.id, r.phone_number_id, r.mime_type, r.sha256, r.file_size, now() + r.days * interval '1 day'
from jsonb_to_record(cast(:?media as jsonb))
    as r (id text, phone_number_id text, mime_type text, sha256 text, file_size bigint, days int)
