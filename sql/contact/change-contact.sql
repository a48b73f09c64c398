-- Changes what agents know of a contact, only the fields that are given, and notes what is different now.
with asked as (
    select cast(:?request as jsonb) as request, cast(:?change as jsonb) as change
), before as (
    select c.id, c.display_name, c.email, c.company, c.language, c.notes, c.labels
    from contact c
    where c.id = contact_of(cast(:?request as jsonb) ->> 'id')
    for update
), changed as (
    update contact c
    set display_name = case when jsonb_exists(asked.change, 'displayName') then asked.change ->> 'displayName' else c.display_name end,
        email        = case when jsonb_exists(asked.change, 'email') then asked.change ->> 'email' else c.email end,
        company      = case when jsonb_exists(asked.change, 'company') then asked.change ->> 'company' else c.company end,
        language     = case when jsonb_exists(asked.change, 'language') then asked.change ->> 'language' else c.language end,
        notes        = case when jsonb_exists(asked.change, 'notes') then asked.change ->> 'notes' else c.notes end,
        labels       = case when jsonb_exists(asked.change, 'labels')
                            then array(select jsonb_array_elements_text(asked.change -> 'labels')) else c.labels end
    from before, asked
    where c.id = before.id
    returning c as contact
), diff as (
    select before.id, jsonb_object_agg(field.name, jsonb_build_object('from', field.before, 'to', field.after)) as detail
    from before cross join changed
    cross join lateral (values ('displayName', to_jsonb(before.display_name), to_jsonb((changed.contact).display_name)),
            ('email', to_jsonb(before.email), to_jsonb((changed.contact).email)),
            ('company', to_jsonb(before.company), to_jsonb((changed.contact).company)),
            ('language', to_jsonb(before.language), to_jsonb((changed.contact).language)),
            ('notes', to_jsonb(before.notes), to_jsonb((changed.contact).notes)),
            ('labels', to_jsonb(before.labels), to_jsonb((changed.contact).labels))) as field (name, before, after)
    where field.before is distinct from field.after
    group by before.id
), noted as (
    insert into activity (contact_id, actor, kind, detail)
    select diff.id, asked.request ->> 'actor', 'profile-edited', diff.detail from diff, asked
), told as (
    select append_event(jsonb_build_object('type', 'contact.changed', 'contactId', cast(diff.id as text), 'at', now()), (changed.contact).simulated)
    from diff cross join changed
)
select cast(contact_json(changed.contact) as text) from changed left join told on true
