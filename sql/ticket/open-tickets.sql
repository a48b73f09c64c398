-- One new ticket for each contact and number that has none open. A system message opens none, a reaction only where there is
-- no ticket at all that it could belong to.
insert into ticket (contact_id, phone_number_id, reason, log_pos, log_item, simulated, opened_at, last_message_at)
select distinct on (r.contact_id, r.phone_number_id)
       r.contact_id, r.phone_number_id, 'new-ticket', r.pos, r.item, r.simulated, now(), least(r.at, now())
from json_to_recordset(cast(:?messages as json))
    as r (pos bigint, item int, contact_id bigint, phone_number_id text, wamid text, type text, at timestamptz,
          simulated boolean)
where r.contact_id is not null and r.type is distinct from 'system'
  and not exists (select 1 from message m where m.phone_number_id = r.phone_number_id and m.wamid = r.wamid)
  and not exists (select 1 from ticket t where t.contact_id = r.contact_id and t.phone_number_id = r.phone_number_id
                  and (t.status <> 'closed' or r.type = 'reaction'))
order by r.contact_id, r.phone_number_id, r.at, r.pos, r.item
on conflict (contact_id, phone_number_id) where status <> 'closed' do nothing
