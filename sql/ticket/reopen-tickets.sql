-- A new message opens a solved or pending ticket again, and a closed one for some hours: the one whose message it quotes,
-- else the last one. Runs under the contact's lock, so there is no race with a ticket that is opened meanwhile.
with incoming as (
    select distinct on (r.contact_id, r.phone_number_id)
           r.contact_id, r.phone_number_id, r.pos, r.item, quoted.ticket_id as quoted_ticket_id
    from json_to_recordset(cast(:?messages as json))
        as r (pos bigint, item int, contact_id bigint, phone_number_id text, wamid text, context_wamid text, type text,
              at timestamptz)
    left join message quoted on quoted.phone_number_id = r.phone_number_id and quoted.wamid = r.context_wamid
        and quoted.contact_id = r.contact_id
    where r.contact_id is not null and r.type is distinct from 'system' and r.type is distinct from 'reaction'
      and not exists (select 1 from message m where m.phone_number_id = r.phone_number_id and m.wamid = r.wamid)
    order by r.contact_id, r.phone_number_id, (quoted.ticket_id is null), r.at, r.pos, r.item
), candidate as (
    select distinct on (i.contact_id, i.phone_number_id) t.id, i.pos, i.item
    from incoming i
    join ticket t on t.contact_id = i.contact_id and t.phone_number_id = i.phone_number_id
    where t.status in ('solved', 'pending')
       or t.status = 'closed' and t.closed_at > now() - make_interval(hours => cast(:?reopenHours as int))
    order by i.contact_id, i.phone_number_id, (t.status = 'closed'), (t.id is distinct from i.quoted_ticket_id),
             t.closed_at desc
)
update ticket t
set status = 'open', closed_at = null, reason = 'reopened-ticket', log_pos = c.pos, log_item = c.item
from candidate c
where t.id = c.id
  and not exists (select 1 from ticket other where other.contact_id = t.contact_id
                  and other.phone_number_id = t.phone_number_id and other.status <> 'closed' and other.id <> t.id)
