-- Changes what the simulated account says of itself.
update simulator_account
set state = state || jsonb_build_object('account', coalesce(state -> 'account', cast('{}' as jsonb)) || cast(:?change as jsonb))
returning '{"success":true}' as answer
