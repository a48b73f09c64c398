-- One contact by its id; by that of one that was merged, the contact that was kept.
select cast(contact_json(c) as text)
from contact c
where c.id = contact_of(cast(:?request as jsonb) ->> 'id')
