-- Customers have said whether they want marketing of the business (stop, resume).
insert into simulator_customer as c (customer, marketing)
select said.key, said.value from jsonb_each_text(cast(:?preferences as jsonb)) as said order by said.key
on conflict (customer) do update set marketing = excluded.marketing
