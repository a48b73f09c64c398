-- Changes what is known of the simulated account; null takes something back.
update simulator_account set state = jsonb_strip_nulls(state || cast(:?change as jsonb))
returning '{"success":true}' as answer
