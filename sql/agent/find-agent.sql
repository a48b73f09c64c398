-- One agent by its id.
select cast(agent_json(a) as text) from agent a where a.id = id_of(cast(:?request as jsonb) ->> 'id')
