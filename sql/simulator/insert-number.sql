-- Another number of the account.
insert into simulator_number (id, state)
select cast(100000000000002 + count(*) as text), cast(:?change as jsonb) from simulator_number
returning cast(jsonb_build_object('id', id) as text)
