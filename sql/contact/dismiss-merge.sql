-- Somebody says that the two are two. It is not suggested again, neither way. No row when there is no such open suggestion.
with asked as (
    select s.contact_id, s.other_contact_id, cast(:?request as jsonb) ->> 'actor' as actor
    from merge_suggestion s
    where s.id = id_of(cast(:?request as jsonb) ->> 'id') and s.dismissed_at is null
), dismissed as (
    update merge_suggestion s
    set dismissed_at = now(), dismissed_by = asked.actor
    from asked
    where (s.contact_id, s.other_contact_id) in ((asked.contact_id, asked.other_contact_id), (asked.other_contact_id, asked.contact_id))
      and s.dismissed_at is null
), noted as (
    insert into activity (contact_id, actor, kind, detail)
    select asked.contact_id, asked.actor, 'merge-dismissed', jsonb_build_object('contactId', cast(other.id as text), 'name', contact_name(other))
    from asked join contact other on other.id = asked.other_contact_id
), told as (
    select count(append_event(jsonb_build_object('type', 'contact.changed', 'contactId', cast(c.id as text), 'at', now()), c.simulated)) as events
    from asked join contact c on c.id in (asked.contact_id, asked.other_contact_id)
)
select cast(jsonb_build_object('contactId', cast(asked.contact_id as text)) as text) from asked cross join told
