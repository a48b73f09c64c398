-- Adds an agent, and tells the pages; no row when an active one has this name.
with added as (
    insert into agent as a (name, email)
    values (btrim(cast(:?change as jsonb) ->> 'name'), cast(:?change as jsonb) ->> 'email')
    on conflict (lower(name)) where active do nothing
    returning a as agent
), told as (
    select append_event(jsonb_build_object('type', 'agent.changed', 'agentId', cast((added.agent).id as text), 'at', now()), false) from added
)
select cast(agent_json(added.agent) as text) from added left join told on true
