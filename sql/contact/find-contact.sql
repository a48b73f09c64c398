-- One contact by its id.
select cast(contact_json(c) as text)
from contact c
where c.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9]{1,18}$' then cast(cast(:?request as jsonb) ->> 'id' as bigint) end
