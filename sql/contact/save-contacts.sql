-- Writes what the batch tells about each contact. Of each name the newest message that has one decides - of one second the higher
-- wamid -, a changed number or id holds at once; a repeat or a late message changes nothing. What is real once is simulated no more. The
-- row stays locked until the commit: tickets of one contact are opened by one batch at a time.
insert into contact (id, wa_id, user_id, parent_user_id, username, profile_name, simulated, last_inbound_at, told)
select contact_id,
       (array_agg(wa_id order by mark desc) filter (where wa_id is not null))[1],
       (array_agg(user_id order by mark desc) filter (where user_id is not null))[1],
       (array_agg(parent_user_id order by mark desc) filter (where parent_user_id is not null))[1],
       (array_agg(username order by mark desc) filter (where username is not null))[1],
       (array_agg(profile_name order by mark desc) filter (where profile_name is not null))[1],
       bool_and(simulated), max(at),
       jsonb_strip_nulls(jsonb_build_object(
           'wa_id', max(mark) filter (where wa_id is not null),
           'user_id', max(mark) filter (where user_id is not null),
           'parent_user_id', max(mark) filter (where parent_user_id is not null),
           'username', max(mark) filter (where username is not null),
           'profile_name', max(mark) filter (where profile_name is not null)))
from (
    select r.contact_id, coalesce(r.alias_wa_id, r.wa_id) as wa_id, coalesce(r.alias_user_id, r.user_id) as user_id,
           coalesce(r.alias_parent_user_id, r.parent_user_id) as parent_user_id, r.username, r.profile_name, r.simulated,
           least(r.at, now()) as at, to_char(least(r.at, now()) at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || ' ' || r.wamid as mark
    from json_to_recordset(cast(:?messages as json))
        as r (contact_id bigint, wa_id text, user_id text, parent_user_id text, username text, profile_name text,
              simulated boolean, at timestamptz, wamid text, alias_wa_id text, alias_user_id text, alias_parent_user_id text)
    where r.contact_id is not null
) as said
group by contact_id
order by contact_id
on conflict (id) do update set
    wa_id           = case when is_newer(excluded.told, contact.told, 'wa_id') then excluded.wa_id else contact.wa_id end,
    user_id         = case when is_newer(excluded.told, contact.told, 'user_id') then excluded.user_id else contact.user_id end,
    parent_user_id  = case when is_newer(excluded.told, contact.told, 'parent_user_id') then excluded.parent_user_id
                           else contact.parent_user_id end,
    username        = case when is_newer(excluded.told, contact.told, 'username') then excluded.username else contact.username end,
    profile_name    = case when is_newer(excluded.told, contact.told, 'profile_name') then excluded.profile_name
                           else contact.profile_name end,
    simulated       = contact.simulated and excluded.simulated,
    last_inbound_at = greatest(contact.last_inbound_at, excluded.last_inbound_at),
    told            = jsonb_strip_nulls(jsonb_build_object(
        'wa_id', greatest(contact.told ->> 'wa_id', excluded.told ->> 'wa_id'),
        'user_id', greatest(contact.told ->> 'user_id', excluded.told ->> 'user_id'),
        'parent_user_id', greatest(contact.told ->> 'parent_user_id', excluded.told ->> 'parent_user_id'),
        'username', greatest(contact.told ->> 'username', excluded.told ->> 'username'),
        'profile_name', greatest(contact.told ->> 'profile_name', excluded.told ->> 'profile_name')))
