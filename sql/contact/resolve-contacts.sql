-- The contact of each message, by its strongest name: parent user id, user id, number.
select r.pos, r.item, coalesce(parent.contact_id, bsuid.contact_id, number.contact_id) as contact_id
from jsonb_to_recordset(cast(:?batch as jsonb))
    as r (pos bigint, item int, part text, outcome text, wa_id text, user_id text, parent_user_id text)
left join contact_identity parent on parent.kind = 'parent_bsuid' and parent.value = r.parent_user_id
left join contact_identity bsuid on bsuid.kind = 'bsuid' and bsuid.value = r.user_id
left join contact_identity number on number.kind = 'wa_id' and number.value = r.wa_id
where r.part = 'message' and r.outcome <> 'dead'
