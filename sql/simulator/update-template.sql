-- Changes a template; it is decided on anew.
update simulator_template t
set components = coalesce(r.components, t.components), category = coalesce(r.category, t.category), status = 'PENDING', reason = null,
    decide_at = now() + r."delayMs" * interval '1 millisecond'
from jsonb_to_record(cast(:?change as jsonb)) as r (components jsonb, category text, "delayMs" bigint)
where t.id = cast(:?id as text)
returning t.id
