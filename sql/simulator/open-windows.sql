-- Customers wrote: the window of 24 hours begins anew for each of them, unless something newer of theirs was known.
insert into simulator_customer as c (customer, wrote_at)
select r.customer, max(to_timestamp(r.at))
from jsonb_to_recordset(cast(:?written as jsonb)) as r (customer text, at bigint)
group by r.customer order by r.customer
on conflict (customer) do update set wrote_at = greatest(c.wrote_at, excluded.wrote_at)
