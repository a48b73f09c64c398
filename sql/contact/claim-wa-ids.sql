-- Gives each number that is not known yet to a contact: to the one that is known by an id of the same message, to the one
-- that is known by the same number written in another way, else to a new one. Of two batches that claim at the same time,
-- the second waits and claims nothing.
insert into contact_identity (kind, value, contact_id)
select 'wa_id', wanted.wa_id,
       coalesce(wanted.by_id, wanted.by_variant, nextval(pg_get_serial_sequence('contact', 'id')))
from (
    select r.wa_id, min(by_id.contact_id) as by_id, min(by_variant.contact_id) as by_variant
    from jsonb_to_recordset(cast(:?batch as jsonb))
        as r (part text, outcome text, wa_id text, user_id text, parent_user_id text)
    left join contact_identity by_id
        on by_id.kind = 'bsuid' and by_id.value = r.user_id
        or by_id.kind = 'parent_bsuid' and by_id.value = r.parent_user_id
    left join lateral wa_id_variants(r.wa_id) as variant on true
    left join contact_identity by_variant on by_variant.kind = 'wa_id' and by_variant.value = variant
    where r.part = 'message' and r.outcome <> 'dead' and r.wa_id is not null
    group by r.wa_id
) as wanted
where not exists (select 1 from contact_identity known where known.kind = 'wa_id' and known.value = wanted.wa_id)
order by wanted.wa_id
on conflict (kind, value) do nothing
