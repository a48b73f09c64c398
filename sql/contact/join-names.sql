-- Gives the names that claim-names has just made (their contact has no row yet) to the contact that they are connected with:
-- names are connected by a message that has both (a system message has the old and the new one), numbers also by being two
-- ways of writing one. A known contact goes before a new one, a user id's before a number's. So it does not matter in which
-- order the names of a batch come.
with recursive item as (
    select row_number() over () as n, r.*
    from json_to_recordset(cast(:?messages as json))
        as r (wa_id text, user_id text, parent_user_id text, alias_wa_id text, alias_user_id text,
              alias_parent_user_id text)
), name as (
    select item.n, name.kind, name.value
    from item
    cross join lateral (values ('wa_id', item.wa_id), ('bsuid', item.user_id), ('parent_bsuid', item.parent_user_id),
            ('wa_id', item.alias_wa_id), ('bsuid', item.alias_user_id), ('parent_bsuid', item.alias_parent_user_id))
        as name (kind, value)
    where name.value is not null
), fresh as (
    select distinct name.kind, name.value
    from name join contact_identity i on i.kind = name.kind and i.value = name.value
    where not exists (select 1 from contact c where c.id = i.contact_id)
), variant as (
    select number.value as one, other.value as other
    from (select distinct value from name where kind = 'wa_id') as number
    cross join lateral wa_id_variants(number.value) as other (value)
), connected as materialized (
    select one.kind, one.value, other.kind as other_kind, other.value as other_value
    from name one join name other on other.n = one.n and (other.kind, other.value) <> (one.kind, one.value)
    union
    select 'wa_id', one, 'wa_id', other from variant
    union
    select 'wa_id', other, 'wa_id', one from variant
), reached as (
    select kind, value, kind as other_kind, value as other_value from fresh
    union
    select reached.kind, reached.value, connected.other_kind, connected.other_value
    from reached join connected on connected.kind = reached.other_kind and connected.value = reached.other_value
), chosen as (
    select distinct on (reached.kind, reached.value) reached.kind, reached.value, i.contact_id
    from reached
    join contact_identity i on i.kind = reached.other_kind and i.value = reached.other_value
    left join contact c on c.id = i.contact_id
    order by reached.kind, reached.value, (c.id is null),
             case when c.id is null then 0 else array_position(array['parent_bsuid', 'bsuid', 'wa_id'], i.kind) end, i.contact_id
)
update contact_identity i set contact_id = chosen.contact_id
from chosen
where i.kind = chosen.kind and i.value = chosen.value and i.contact_id <> chosen.contact_id
