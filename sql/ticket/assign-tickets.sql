-- The ticket of each message, and why: the quoted message's, the open one, else (system messages, reactions) the last one.
select distinct on (r.pos, r.item) r.pos, r.item, t.id as ticket_id,
       case when t.log_pos = r.pos and t.log_item = r.item then t.reason
            when quoted.ticket_id = t.id then 'quoted-message'
            when t.status <> 'closed' then 'open-ticket'
            else 'last-ticket' end as ticket_reason
from json_to_recordset(cast(:?messages as json))
    as r (pos bigint, item int, contact_id bigint, phone_number_id text, context_wamid text, type text)
left join message quoted on quoted.phone_number_id = r.phone_number_id and quoted.wamid = r.context_wamid
    and quoted.contact_id = r.contact_id
join ticket t on t.contact_id = r.contact_id and t.phone_number_id = r.phone_number_id
where r.contact_id is not null
  and (t.status <> 'closed' or r.type in ('system', 'reaction'))
order by r.pos, r.item,
         (r.type in ('system', 'reaction') and t.id is distinct from quoted.ticket_id),
         (t.status = 'closed'), t.last_message_at desc, t.id desc
