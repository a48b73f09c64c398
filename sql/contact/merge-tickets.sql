-- The tickets of the contact that goes become the kept one's.
update ticket t
set contact_id = cast(cast(:?merge as jsonb) ->> 'keep' as bigint)
where t.contact_id = cast(cast(:?merge as jsonb) ->> 'gone' as bigint)
