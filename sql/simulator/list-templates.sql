-- The message templates of the account, by name.
select cast(coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'language', t.language, 'status', t.status, 'category', t.category,
           'parameter_format', t.parameter_format, 'components', t.components, 'rejected_reason', coalesce(t.reason, 'NONE'))
           order by t.name, t.language), '[]') as text)
from simulator_template t
