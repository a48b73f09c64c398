-- One message template; no row when there is none.
select cast(jsonb_build_object('id', t.id, 'name', t.name, 'language', t.language, 'status', t.status, 'category', t.category,
           'parameter_format', t.parameter_format, 'components', t.components, 'rejected_reason', coalesce(t.reason, 'NONE')) as text)
from simulator_template t where t.id = cast(:?id as text)
