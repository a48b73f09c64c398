-- One row of the inbox, by its ticket.
select cast(conversation_json(t) as text)
from ticket t
where t.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9]{1,18}$' then cast(cast(:?request as jsonb) ->> 'id' as bigint) end
