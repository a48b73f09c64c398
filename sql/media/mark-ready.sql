-- The file is stored and is the announced one.
update media m
set state = 'ready', mime_type = f."mimeType", size = f.size, sha256 = f.sha256, path = f.path, error = null
from jsonb_to_record(cast(:?facts as jsonb)) as f (id text, "mimeType" text, size bigint, sha256 text, path text)
where m.id = cast(f.id as uuid)
