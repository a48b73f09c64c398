-- The displayed status of each message that the batch has news of, derived anew from its whole history. lock-messages has
-- locked their rows.
with news as (
    select distinct r.phone_number_id, r.wamid
    from json_to_recordset(cast(:?statuses as json))
        as r (phone_number_id text, wamid text)
)
update message m
set status = p.status, late_failure = p.late_failure, error = p.error
from news, message_progress(news.phone_number_id, news.wamid) as p
where m.phone_number_id = news.phone_number_id and m.wamid = news.wamid and m.direction <> 'inbound'
  and (m.status, m.late_failure, m.error) is distinct from (p.status, p.late_failure, p.error)
