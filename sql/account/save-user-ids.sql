-- A changed user id becomes one more name of the contact that is known by the previous one, or by the number; it is shown unless
-- a message has told another one meanwhile. One that leads to another contact already is a suggestion for a person.
with change as (
    select r.key, id.kind, id.ids ->> 'previous' as previous, id.ids ->> 'current' as current, told.change ->> 'wa_id' as wa_id,
           row_number() over (order by r.pos, r.item, told.n) as n
    from json_to_recordset(cast(:?changes as json))
        as r (pos bigint, item int, part text, field text, key text, payload jsonb)
    cross join lateral jsonb_array_elements(case when jsonb_typeof(r.payload -> 'user_id_update') = 'array'
            then r.payload -> 'user_id_update' else cast('[]' as jsonb) end) with ordinality as told (change, n)
    cross join lateral (values ('bsuid', told.change -> 'user_id'), ('parent_bsuid', told.change -> 'parent_user_id')) as id (kind, ids)
    where r.part = 'change' and r.field = 'user_id_update' and id.ids ->> 'current' is not null
), known as (
    select distinct on (change.kind, change.current) change.kind, change.current, change.previous, change.key, i.contact_id
    from change
    join contact_identity i on i.kind = change.kind and i.value = change.previous or i.kind = 'wa_id' and i.value = change.wa_id
    order by change.kind, change.current, (i.kind = 'wa_id'), change.n desc
), named as (
    insert into contact_identity (kind, value, contact_id)
    select kind, current, contact_id from known order by kind, current
    on conflict (kind, value) do nothing
), suggested as (
    insert into merge_suggestion (contact_id, other_contact_id, evidence)
    select distinct on (known.contact_id, other.contact_id) known.contact_id, other.contact_id, known.key
    from known join contact_identity other on other.kind = known.kind and other.value = known.current
    where other.contact_id <> known.contact_id
    order by known.contact_id, other.contact_id
    on conflict (contact_id, other_contact_id) do nothing
)
update contact c
set user_id        = case when told.user_id is not null and (c.user_id is null or c.user_id = told.former_user_id)
                          then told.user_id else c.user_id end,
    parent_user_id = case when told.parent_user_id is not null and (c.parent_user_id is null or c.parent_user_id = told.former_parent_user_id)
                          then told.parent_user_id else c.parent_user_id end
from (
    select contact_id,
           max(current) filter (where kind = 'bsuid') as user_id, max(previous) filter (where kind = 'bsuid') as former_user_id,
           max(current) filter (where kind = 'parent_bsuid') as parent_user_id,
           max(previous) filter (where kind = 'parent_bsuid') as former_parent_user_id
    from known group by contact_id
) as told
where c.id = told.contact_id
