-- Changes state, assignee or subject of a ticket, only what is given, and notes what is different now; or says why not. The contact
-- is locked first, as by whoever opens a ticket for it: there is one that is not closed for a contact and a number.
with asked as (
    select cast(:?request as jsonb) ->> 'actor' as actor, cast(:?change as jsonb) as change,
           cast(:?change as jsonb) ->> 'status' as status, id_of(cast(:?change as jsonb) ->> 'assigneeId') as assignee_id
), owner as (
    select c.id as contact_id
    from ticket t join contact c on c.id = t.contact_id
    where t.id = id_of(cast(:?request as jsonb) ->> 'id')
    for update of c
), before as (
    select t.id, t.contact_id, t.phone_number_id, t.status, t.assignee_id, t.subject
    from owner join ticket t on t.contact_id = owner.contact_id
    where t.id = id_of(cast(:?request as jsonb) ->> 'id')
    for update of t
), judged as (
    select before.id,
           case when asked.status <> 'closed' and before.status = 'closed'
                     and exists (select 1 from ticket other where other.contact_id = before.contact_id and other.id <> before.id
                                 and other.phone_number_id = before.phone_number_id and other.status <> 'closed') then 'another-open-ticket'
                when asked.assignee_id is not null
                     and not exists (select 1 from agent a where a.id = asked.assignee_id and a.active) then 'no-such-agent' end as refusal
    from before cross join asked
), changed as (
    update ticket t
    set status      = coalesce(asked.status, t.status),
        closed_at   = case when coalesce(asked.status, t.status) <> 'closed' then null
                           when t.status = 'closed' then t.closed_at else now() end,
        assignee_id = case when jsonb_exists(asked.change, 'assigneeId') then asked.assignee_id else t.assignee_id end,
        subject     = case when jsonb_exists(asked.change, 'subject') then asked.change ->> 'subject' else t.subject end
    from judged cross join asked
    where t.id = judged.id and judged.refusal is null
    returning t as ticket
), diff as (
    select before.id, before.contact_id, (changed.ticket).simulated as simulated,
           jsonb_object_agg(field.name, jsonb_build_object('from', field.before, 'to', field.after)) as detail
    from before cross join changed
    cross join lateral (values ('status', to_jsonb(before.status), to_jsonb((changed.ticket).status)),
            ('assignee', (select to_jsonb(a.name) from agent a where a.id = before.assignee_id),
             (select to_jsonb(a.name) from agent a where a.id = (changed.ticket).assignee_id)),
            ('subject', to_jsonb(before.subject), to_jsonb((changed.ticket).subject))) as field (name, before, after)
    where field.before is distinct from field.after
    group by before.id, before.contact_id, (changed.ticket).simulated
), noted as (
    insert into activity (contact_id, ticket_id, actor, kind, detail)
    select diff.contact_id, diff.id, asked.actor, 'ticket-changed', diff.detail from diff cross join asked
), told as (
    select append_event(jsonb_build_object('type', 'ticket.changed', 'ticketId', cast(diff.id as text),
                                           'contactId', cast(diff.contact_id as text), 'at', now()), diff.simulated)
    from diff
)
select cast(ticket_json(changed.ticket) as text) as ticket, judged.refusal
from judged left join changed on true left join told on true
