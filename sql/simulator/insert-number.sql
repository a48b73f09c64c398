-- Another number of the account.
insert into simulator_number (id, state)
values (cast(nextval('simulator_number_id') as text), cast(:?change as jsonb))
returning cast(jsonb_build_object('id', id) as text)
