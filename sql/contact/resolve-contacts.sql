-- The contact of each message, by its strongest name - parent user id, user id, number - and whether another name of it leads
-- to another contact.
select r.pos, r.item, strongest.contact_id, divided.so as divided
from jsonb_to_recordset(cast(:?messages as jsonb))
    as r (pos bigint, item int, wa_id text, user_id text, parent_user_id text, alias_wa_id text, alias_user_id text,
          alias_parent_user_id text)
left join contact_identity parent on parent.kind = 'parent_bsuid' and parent.value = r.parent_user_id
left join contact_identity bsuid on bsuid.kind = 'bsuid' and bsuid.value = r.user_id
left join contact_identity number on number.kind = 'wa_id' and number.value = r.wa_id
left join contact_identity parent_alias on parent_alias.kind = 'parent_bsuid' and parent_alias.value = r.alias_parent_user_id
left join contact_identity bsuid_alias on bsuid_alias.kind = 'bsuid' and bsuid_alias.value = r.alias_user_id
left join contact_identity number_alias on number_alias.kind = 'wa_id' and number_alias.value = r.alias_wa_id
cross join lateral (select coalesce(parent.contact_id, bsuid.contact_id, number.contact_id) as contact_id) as strongest
cross join lateral (
    select bool_or(other.contact_id <> strongest.contact_id) is true as so
    from (values (bsuid.contact_id), (number.contact_id), (parent_alias.contact_id), (bsuid_alias.contact_id),
          (number_alias.contact_id)) as other (contact_id)
) as divided
