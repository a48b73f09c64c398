-- Writes what the batch tells about each contact. Of each name the newest message that has one decides, a changed number or id
-- holds at once; a repeat or a late message changes nothing. What is real once is
-- simulated no more. The row stays locked until the commit: tickets of one contact are
-- opened by one batch at a time.
insert into contact (id, wa_id, user_id, parent_user_id, username, profile_name, simulated, last_inbound_at, profile_at)
select contact_id,
       (array_agg(wa_id order by at desc, wamid desc) filter (where wa_id is not null))[1],
       (array_agg(user_id order by at desc, wamid desc) filter (where user_id is not null))[1],
       (array_agg(parent_user_id order by at desc, wamid desc) filter (where parent_user_id is not null))[1],
       (array_agg(username order by at desc, wamid desc) filter (where username is not null))[1],
       (array_agg(profile_name order by at desc, wamid desc) filter (where profile_name is not null))[1],
       bool_and(simulated), max(at), max(at)
from (
    select r.contact_id, coalesce(r.alias_wa_id, r.wa_id) as wa_id, coalesce(r.alias_user_id, r.user_id) as user_id,
           coalesce(r.alias_parent_user_id, r.parent_user_id) as parent_user_id, r.username, r.profile_name, r.simulated,
           least(r.at, now()) as at, r.wamid
    from json_to_recordset(cast(:?messages as json))
        as r (contact_id bigint, wa_id text, user_id text, parent_user_id text, username text, profile_name text,
              simulated boolean, at timestamptz, wamid text, alias_wa_id text, alias_user_id text, alias_parent_user_id text)
    where r.contact_id is not null
) as told
group by contact_id
order by contact_id
on conflict (id) do update set
    wa_id           = case when excluded.profile_at >= coalesce(contact.profile_at, '-infinity')
                           then coalesce(excluded.wa_id, contact.wa_id) else coalesce(contact.wa_id, excluded.wa_id) end,
    user_id         = case when excluded.profile_at >= coalesce(contact.profile_at, '-infinity')
                           then coalesce(excluded.user_id, contact.user_id) else coalesce(contact.user_id, excluded.user_id) end,
    parent_user_id  = coalesce(excluded.parent_user_id, contact.parent_user_id),
    username        = case when excluded.profile_at >= coalesce(contact.profile_at, '-infinity')
                           then coalesce(excluded.username, contact.username) else coalesce(contact.username, excluded.username) end,
    profile_name    = case when excluded.profile_at >= coalesce(contact.profile_at, '-infinity')
                           then coalesce(excluded.profile_name, contact.profile_name)
                           else coalesce(contact.profile_name, excluded.profile_name) end,
    simulated       = contact.simulated and excluded.simulated,
    last_inbound_at = greatest(contact.last_inbound_at, excluded.last_inbound_at),
    profile_at      = greatest(contact.profile_at, excluded.profile_at)
