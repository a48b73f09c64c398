-- Where callbacks go is in simulator_webhook alone; an app without a field gets none.
update simulator_account
set state = state - 'override' - 'verifyToken' - 'callbackUrl' || case when state ->> 'callbackUrl' = '' then '{"fields": []}' else cast('{}' as jsonb) end;
update simulator_number set state = state - 'override' - 'verifyToken';
