-- One message by our id or by Meta's.
select cast(message_json(m) as text)
from message m
where m.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9]{1,18}$' then cast(cast(:?request as jsonb) ->> 'id' as bigint) end
   or m.wamid = cast(:?request as jsonb) ->> 'id'
order by m.id
limit 1
