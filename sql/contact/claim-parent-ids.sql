-- Gives each parent user id that is not known yet to the contact that another name of the same message leads to, else to a
-- new one.
insert into contact_identity (kind, value, contact_id)
select 'parent_bsuid', wanted.parent_user_id,
       coalesce(wanted.by_other, wanted.by_wa_id, nextval(pg_get_serial_sequence('contact', 'id')))
from (
    select r.parent_user_id, min(by_other.contact_id) as by_other, min(by_wa_id.contact_id) as by_wa_id
    from jsonb_to_recordset(cast(:?batch as jsonb))
        as r (part text, outcome text, wa_id text, user_id text, parent_user_id text)
    left join contact_identity by_other on by_other.kind = 'bsuid' and by_other.value = r.user_id
    left join contact_identity by_wa_id on by_wa_id.kind = 'wa_id' and by_wa_id.value = r.wa_id
    where r.part = 'message' and r.outcome <> 'dead' and r.parent_user_id is not null
    group by r.parent_user_id
) as wanted
where not exists (select 1 from contact_identity known where known.kind = 'parent_bsuid' and known.value = wanted.parent_user_id)
order by wanted.parent_user_id
on conflict (kind, value) do nothing
