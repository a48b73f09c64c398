-- An agent leaves, which the pages are told: stays known by what was done, and has no open tickets any more. Of each of these it is noted
-- and the pages are told, as if somebody had taken it away by hand.
with gone as (
    update agent a set active = false
    from agent was
    where was.id = id_of(cast(:?request as jsonb) ->> 'id') and a.id = was.id
    returning a as agent, was.active as was_here
), theirs as (
    select t.id from gone join ticket t on t.assignee_id = (gone.agent).id and t.status <> 'closed' order by t.id for update of t
), left_behind as (
    update ticket t set assignee_id = null from theirs where t.id = theirs.id
    returning t.id, t.contact_id, t.simulated
), noted as (
    insert into activity (contact_id, ticket_id, actor, kind, detail)
    select l.contact_id, l.id, cast(:?request as jsonb) ->> 'actor', 'ticket-changed',
           jsonb_build_object('assignee', jsonb_build_object('from', (gone.agent).name, 'to', null))
    from gone cross join left_behind l
), told as (
    select count(append_event(jsonb_build_object('type', 'ticket.changed', 'ticketId', cast(l.id as text),
                                                 'contactId', cast(l.contact_id as text), 'at', now()), l.simulated)) as events
    from left_behind l
), said as (
    select append_event(jsonb_build_object('type', 'agent.changed', 'agentId', cast((gone.agent).id as text), 'at', now()), (gone.agent).simulated)
    from gone
    where gone.was_here
)
select cast(jsonb_set(cast(agent_json(gone.agent) as jsonb), '{openTickets}', '0') as text) from gone cross join told left join said on true
