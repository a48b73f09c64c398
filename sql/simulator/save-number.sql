-- Changes a number; what is null is taken back.
insert into simulator_number as n (id, state)
values (cast(:?number as text), jsonb_strip_nulls(cast(:?change as jsonb)))
on conflict (id) do update set state = jsonb_strip_nulls(n.state || cast(:?change as jsonb))
returning '{"success":true}' as answer
