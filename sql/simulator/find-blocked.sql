-- Since when the business has blocked a customer; no row when it has not.
select c.blocked_at from simulator_customer c where c.customer = cast(:?customer as text) and c.blocked_at is not null
