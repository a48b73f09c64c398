-- The request with the agent as its actor whose id the change gives. No row when there is none who is active.
select cast(jsonb_set(cast(:?request as jsonb), '{actor}', to_jsonb(a.name)) as text)
from agent a
where a.id = id_of(cast(:?change as jsonb) ->> 'agentId') and a.active
