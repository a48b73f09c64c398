-- Adds an agent; no row when an active one has this name.
insert into agent as a (name, email)
values (btrim(cast(:?change as jsonb) ->> 'name'), cast(:?change as jsonb) ->> 'email')
on conflict (lower(name)) where active do nothing
returning cast(agent_json(a) as text)
