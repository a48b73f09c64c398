-- A changed number or id (system messages) becomes one more name of its contact; the old one stays.
insert into contact_identity (kind, value, contact_id)
select distinct on (alias.kind, alias.value) alias.kind, alias.value, r.contact_id
from jsonb_to_recordset(cast(:?batch as jsonb))
    as r (contact_id bigint, pos bigint, alias_wa_id text, alias_user_id text, alias_parent_user_id text)
cross join lateral (values ('wa_id', r.alias_wa_id), ('bsuid', r.alias_user_id), ('parent_bsuid', r.alias_parent_user_id))
    as alias (kind, value)
where r.contact_id is not null and alias.value is not null
order by alias.kind, alias.value, r.pos
on conflict (kind, value) do nothing
