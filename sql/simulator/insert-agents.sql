-- The agents of the sample conversations, where there are none yet: somebody to assign a ticket to.
insert into agent (name, email, simulated)
select sample.name, sample.email, true
from (values ('Mira Sample', 'mira@example.com'), ('Jonas Sample', 'jonas@example.com')) as sample (name, email)
where not exists (select 1 from agent)
on conflict (lower(name)) where active do nothing
