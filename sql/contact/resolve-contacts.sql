-- The contact of each message, by its strongest name - parent user id, user id, number - and whether another name of it leads
-- to another contact. Each name is looked up by itself: of a join the planner may read all names of a kind.
select r.pos, r.item, coalesce(known.parent, known.bsuid, known.number) as contact_id,
       (select bool_or(other.contact_id <> coalesce(known.parent, known.bsuid, known.number)) is true
        from (values (known.bsuid), (known.number), (known.parent_alias), (known.bsuid_alias), (known.number_alias)) as other (contact_id)) as divided
from json_to_recordset(cast(:?messages as json))
    as r (pos bigint, item int, wa_id text, user_id text, parent_user_id text, alias_wa_id text, alias_user_id text,
          alias_parent_user_id text)
cross join lateral (
    select (select i.contact_id from contact_identity i where i.kind = 'parent_bsuid' and i.value = r.parent_user_id) as parent,
           (select i.contact_id from contact_identity i where i.kind = 'bsuid' and i.value = r.user_id) as bsuid,
           (select i.contact_id from contact_identity i where i.kind = 'wa_id' and i.value = r.wa_id) as number,
           (select i.contact_id from contact_identity i where i.kind = 'parent_bsuid' and i.value = r.alias_parent_user_id) as parent_alias,
           (select i.contact_id from contact_identity i where i.kind = 'bsuid' and i.value = r.alias_user_id) as bsuid_alias,
           (select i.contact_id from contact_identity i where i.kind = 'wa_id' and i.value = r.alias_wa_id) as number_alias
    offset 0
) as known
