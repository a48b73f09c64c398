-- Gives each business-scoped user id that is not known yet to the contact that another name of the same message leads to, else to a
-- new one.
insert into contact_identity (kind, value, contact_id)
select 'bsuid', wanted.user_id,
       coalesce(wanted.by_other, wanted.by_wa_id, nextval(pg_get_serial_sequence('contact', 'id')))
from (
    select r.user_id, min(by_other.contact_id) as by_other, min(by_wa_id.contact_id) as by_wa_id
    from jsonb_to_recordset(cast(:?batch as jsonb))
        as r (part text, outcome text, wa_id text, user_id text, parent_user_id text)
    left join contact_identity by_other on by_other.kind = 'parent_bsuid' and by_other.value = r.parent_user_id
    left join contact_identity by_wa_id on by_wa_id.kind = 'wa_id' and by_wa_id.value = r.wa_id
    where r.part = 'message' and r.outcome <> 'dead' and r.user_id is not null
    group by r.user_id
) as wanted
where not exists (select 1 from contact_identity known where known.kind = 'bsuid' and known.value = wanted.user_id)
order by wanted.user_id
on conflict (kind, value) do nothing
