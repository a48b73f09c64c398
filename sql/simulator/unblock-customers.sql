-- Unblocks customers, given as a list.
update simulator_customer set blocked_at = null
where customer in (select r.customer from jsonb_array_elements_text(cast(:?customers as jsonb)) as r (customer))
