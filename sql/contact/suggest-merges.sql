-- Names of one message that lead to different contacts: a suggestion for a person, nothing is merged by itself.
insert into merge_suggestion (contact_id, other_contact_id, evidence)
select distinct on (r.contact_id, other.contact_id) r.contact_id, other.contact_id, r.wamid
from jsonb_to_recordset(cast(:?batch as jsonb))
    as r (contact_id bigint, wa_id text, user_id text, parent_user_id text, wamid text)
join contact_identity other
    on other.kind = 'wa_id' and other.value = r.wa_id
    or other.kind = 'bsuid' and other.value = r.user_id
    or other.kind = 'parent_bsuid' and other.value = r.parent_user_id
where r.contact_id is not null and other.contact_id <> r.contact_id
order by r.contact_id, other.contact_id, r.wamid
on conflict (contact_id, other_contact_id) do nothing
