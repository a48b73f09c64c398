-- A new template, unless there is one of this name and language, or the account has as many as it may: then why not.
with wanted as (
    select r.name, r.language, r.category, r.parameter_format, r.components, r.status, r."delayMs" as delay_ms, r.most
    from jsonb_to_record(cast(:?template as jsonb))
        as r (name text, language text, category text, parameter_format text, components jsonb, status text, "delayMs" bigint, most int)
), made as (
    insert into simulator_template (id, name, language, status, category, parameter_format, components, decide_at)
    select cast(1200000000001000 + cast(floor(random() * 100000000000000) as bigint) as text), wanted.name, wanted.language, wanted.status, wanted.category,
           wanted.parameter_format, wanted.components, now() + wanted.delay_ms * interval '1 millisecond'
    from wanted where (select count(*) from simulator_template) < wanted.most
    on conflict (name, language) do nothing
    returning id, status, category
)
select coalesce((select cast(jsonb_build_object('id', made.id, 'status', made.status, 'category', made.category) as text) from made),
                (select 'exists' from simulator_template t where t.name = wanted.name and t.language = wanted.language), 'full')
from wanted
