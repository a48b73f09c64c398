-- Takes media that is due to be fetched, of the mode that holds now, and only once this process believes in it; the next try is due
-- later each time, also when the process ends during this one. Meta blocks a number's media for an hour after a few failed tries, so the steps are wide.
with due as (
    select m.id from media m
    where m.state = 'pending' and m.due_at <= now()
      and m.mode = (select s.value from setting s where s.key = 'whatsapp.mode' and s.value = cast(:?believed as text))
    order by m.due_at
    limit 4
    for update skip locked
)
update media m
set attempts = m.attempts + 1,
    due_at = now() + make_interval(secs => least(3600, cast(:?retryDelay as int) * 4 ^ m.attempts) + 120)
from due
where m.id = due.id
returning cast(jsonb_build_object('id', m.id, 'graphId', m.graph_id, 'mode', m.mode, 'phoneNumberId', m.phone_number_id,
    'mimeType', m.mime_type, 'fileName', m.file_name, 'sha256', m.sha256, 'attempts', m.attempts) as text) as media
