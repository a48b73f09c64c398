-- The reaction that a contact has on a message is the newest one; it may come before the message itself.
insert into reaction (phone_number_id, target_wamid, contact_id, emoji, at, wamid)
select distinct on (r.phone_number_id, r.reaction ->> 'target', r.contact_id)
       r.phone_number_id, r.reaction ->> 'target', r.contact_id, r.reaction ->> 'emoji', r.at, r.wamid
from json_to_recordset(cast(:?messages as json))
    as r (phone_number_id text, reaction jsonb, contact_id bigint, at timestamptz, wamid text, stored boolean)
where r.stored and r.reaction is not null
order by r.phone_number_id, r.reaction ->> 'target', r.contact_id, r.at desc, r.wamid desc
on conflict (phone_number_id, target_wamid, contact_id) do update
set emoji = excluded.emoji, at = excluded.at, wamid = excluded.wamid
where (excluded.at, excluded.wamid) > (reaction.at, reaction.wamid)
