-- What the simulated account says of itself other than that all is well, and the addresses for callbacks that are set, by whose they are.
select cast(a.state || jsonb_build_object('webhooks', (select coalesce(jsonb_object_agg(w.scope, w.url), '{}') from simulator_webhook w)) as text)
from simulator_account a
