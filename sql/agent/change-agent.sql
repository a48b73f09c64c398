-- Changes an agent, only what is given, and tells the pages when something is another then; or says that another active one has the name.
with asked as (
    select cast(:?change as jsonb) as change
), before as (
    select a as was, a.id, coalesce(btrim(asked.change ->> 'name'), a.name) as name,
           case when jsonb_exists(asked.change, 'email') then asked.change ->> 'email' else a.email end as email,
           coalesce(cast(asked.change ->> 'active' as boolean), a.active) as active
    from agent a cross join asked
    where a.id = id_of(cast(:?request as jsonb) ->> 'id')
    for update of a
), judged as (
    select before.id, before.active and exists (select 1 from agent other where other.active and other.id <> before.id
                                                and lower(other.name) = lower(before.name)) as taken
    from before
), changed as (
    update agent a set name = before.name, email = before.email, active = before.active
    from before join judged on judged.id = before.id
    where a.id = before.id and not judged.taken
    returning a as agent
), told as (
    select append_event(jsonb_build_object('type', 'agent.changed', 'agentId', cast(before.id as text), 'at', now()), (before.was).simulated)
    from changed join before on before.id = (changed.agent).id
    where changed.agent is distinct from before.was
)
select cast(agent_json(changed.agent) as text) as agent, judged.taken from judged left join changed on true left join told on true
