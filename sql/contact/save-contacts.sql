-- Writes what the batch tells about each contact. The newest message decides; a repeat or a late one changes nothing. The
-- row stays locked until the commit: tickets of one contact are opened by one batch at a time.
insert into contact (id, wa_id, user_id, parent_user_id, username, profile_name, simulated, last_inbound_at, profile_at)
select distinct on (r.contact_id)
       r.contact_id, r.wa_id, r.user_id, r.parent_user_id, r.username, r.profile_name, r.simulated,
       least(r.at, now()), least(r.at, now())
from jsonb_to_recordset(cast(:?batch as jsonb))
    as r (contact_id bigint, wa_id text, user_id text, parent_user_id text, username text, profile_name text,
          simulated boolean, at timestamptz, wamid text)
where r.contact_id is not null
order by r.contact_id, r.at desc, r.wamid desc
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
    last_inbound_at = greatest(contact.last_inbound_at, excluded.last_inbound_at),
    profile_at      = greatest(contact.profile_at, excluded.profile_at)
