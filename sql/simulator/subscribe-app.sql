-- Subscribes the app to the simulated account, or ends the subscription.
update simulator_account set state = state || jsonb_build_object('subscribed', cast(:?subscribed as boolean), 'override', null)
returning '{"success":true}' as answer
