-- What an id is that is neither the configured number nor the account: a message template, and whether it is a number that was added.
select (select cast(jsonb_build_object('id', t.id, 'name', t.name, 'language', t.language, 'status', t.status, 'category', t.category,
            'parameter_format', t.parameter_format, 'components', t.components, 'rejected_reason', coalesce(t.reason, 'NONE')) as text)
        from simulator_template t where t.id = asked.id) as template,
       exists (select 1 from simulator_number n where n.id = asked.id) as number
from (values (cast(:?id as text))) as asked (id)
