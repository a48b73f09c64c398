-- An agent says who a contact is, and by what evidence, or takes it back. A repeat of the same changes nothing.
with asked as (
    select cast(:?request as jsonb) ->> 'actor' as actor, nullif(cast(:?change as jsonb) ->> 'state', 'none') as state,
           case when cast(:?change as jsonb) ->> 'state' <> 'none' then cast(:?change as jsonb) ->> 'evidence' end as evidence,
           cast(:?change as jsonb) ->> 'evidence' as why
), before as (
    select c.id, c.verified_state, c.verified_evidence
    from contact c
    where c.id = contact_of(cast(:?request as jsonb) ->> 'id')
    for update
), changed as (
    update contact c
    set verified_state = asked.state, verified_evidence = asked.evidence,
        verified_at = case when asked.state is null then null
                           when (before.verified_state, before.verified_evidence) is distinct from (asked.state, asked.evidence) then now()
                           else c.verified_at end,
        verified_by = case when asked.state is null then null
                           when (before.verified_state, before.verified_evidence) is distinct from (asked.state, asked.evidence) then asked.actor
                           else c.verified_by end
    from before, asked
    where c.id = before.id
    returning c as contact
), noted as (
    insert into activity (contact_id, actor, kind, detail)
    select before.id, asked.actor, 'verified', jsonb_build_object('state', contact_verification(changed.contact), 'evidence', asked.why,
                                                                  'from', before.verified_state)
    from before, asked, changed
    where (before.verified_state, before.verified_evidence) is distinct from (asked.state, asked.evidence)
    returning contact_id
), told as (
    select append_event(jsonb_build_object('type', 'contact.changed', 'contactId', cast(noted.contact_id as text), 'at', now()),
                        (changed.contact).simulated)
    from noted cross join changed
)
select cast(contact_json(changed.contact) as text) from changed left join told on true
