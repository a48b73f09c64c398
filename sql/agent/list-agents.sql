-- All agents by name; those who have left only when they are asked for.
select cast(json_build_object('data', (
    select coalesce(json_agg(agent_json(a) order by lower(a.name), a.id), cast('[]' as json))
    from agent a
    where a.active or cast(:?request as jsonb) ->> 'active' = 'all')) as text)
