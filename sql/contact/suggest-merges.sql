-- Names of one message that lead to different contacts: a suggestion for a person, nothing is merged by itself.
insert into merge_suggestion (contact_id, other_contact_id, evidence)
select distinct on (r.contact_id, other.contact_id) r.contact_id, other.contact_id, r.wamid
from json_to_recordset(cast(:?messages as json))
    as r (contact_id bigint, wa_id text, user_id text, parent_user_id text, alias_wa_id text, alias_user_id text,
          alias_parent_user_id text, wamid text)
cross join lateral (values ('wa_id', r.wa_id), ('bsuid', r.user_id), ('parent_bsuid', r.parent_user_id),
        ('wa_id', r.alias_wa_id), ('bsuid', r.alias_user_id), ('parent_bsuid', r.alias_parent_user_id))
    as name (kind, value)
join contact_identity other on other.kind = name.kind and other.value = name.value
where r.contact_id is not null and other.contact_id <> r.contact_id
order by r.contact_id, other.contact_id, r.wamid
on conflict (contact_id, other_contact_id) do nothing
