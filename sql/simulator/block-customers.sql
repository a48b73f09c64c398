-- Blocks customers, given as a list.
insert into simulator_customer as c (customer, blocked_at)
select distinct r.customer, now() from jsonb_array_elements_text(cast(:?customers as jsonb)) as r (customer)
order by r.customer
on conflict (customer) do update set blocked_at = coalesce(c.blocked_at, excluded.blocked_at)
