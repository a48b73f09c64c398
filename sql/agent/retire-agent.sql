-- An agent leaves: stays known by what was done, and has no open tickets any more.
with gone as (
    update agent a set active = false
    where a.id = id_of(cast(:?request as jsonb) ->> 'id')
    returning a as agent
), left_behind as (
    update ticket t set assignee_id = null from gone
    where t.assignee_id = (gone.agent).id and t.status <> 'closed'
)
select cast(jsonb_set(cast(agent_json(gone.agent) as jsonb), '{openTickets}', '0') as text) from gone
