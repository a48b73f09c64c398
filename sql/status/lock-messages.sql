-- Waits for whoever is changing the messages that the batch has statuses of - another batch, or the answer of their call; the
-- next statement sees what was written.
select m.id
from message m
join (
    select distinct r.phone_number_id, r.wamid
    from jsonb_to_recordset(cast(:?statuses as jsonb)) as r (phone_number_id text, wamid text)
) as news on news.phone_number_id = m.phone_number_id and news.wamid = m.wamid
where m.direction <> 'inbound'
order by m.id for update of m
