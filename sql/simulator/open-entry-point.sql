-- Who was led here by an advertisement gets an answer: for 72 hours messages to the customer cost nothing.
update simulator_customer set free_until = now() + interval '72 hours', referred_at = null
where customer = any (string_to_array(cast(:?answered as text), ',')) and referred_at is not null
