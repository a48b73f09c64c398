-- Takes contacts over from a directory. Their names were claimed before, so each leads to a contact; one that has no row yet is
-- made. A name that has changed is updated, what a customer's own message has told since the last sync included.
with entry as (
    select distinct on (i.contact_id) i.contact_id, r.wa_id, r.user_id, nullif(btrim(r.name), '') as name,
           nullif(ltrim(btrim(r.username), '@'), '') as username, r.simulated
    from jsonb_to_recordset(cast(:?messages as jsonb)) as r (wa_id text, user_id text, name text, username text, simulated boolean)
    cross join lateral (
        select known.contact_id from contact_identity known
        where known.kind = 'bsuid' and known.value = r.user_id or known.kind = 'wa_id' and known.value = r.wa_id
        order by known.kind limit 1) as i
    order by i.contact_id, r.wa_id
), saved as (
    insert into contact (id, wa_id, user_id, username, profile_name, simulated)
    select entry.contact_id, entry.wa_id, entry.user_id, entry.username, entry.name, entry.simulated
    from entry
    order by entry.contact_id
    on conflict (id) do update
    set profile_name = coalesce(excluded.profile_name, contact.profile_name), username = coalesce(excluded.username, contact.username)
    where (coalesce(excluded.profile_name, contact.profile_name), coalesce(excluded.username, contact.username))
        is distinct from (contact.profile_name, contact.username)
    returning id, xmax = 0 as created
)
select cast(jsonb_build_object('received', cast(:?received as int), 'created', count(*) filter (where saved.created),
                               'updated', count(*) filter (where not saved.created),
                               'unchanged', (select count(*) from jsonb_array_elements(cast(:?messages as jsonb))) - count(saved.id),
                               'refused', cast(:?received as int) - (select count(*) from jsonb_array_elements(cast(:?messages as jsonb))),
                               'source', cast(:?source as text)) as text)
from saved
