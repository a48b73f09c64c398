-- One ticket by its id.
select cast(ticket_json(t) as text)
from ticket t
where t.id = id_of(cast(:?request as jsonb) ->> 'id')
