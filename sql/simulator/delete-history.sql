-- Forgets messages that are older than a week.
delete from simulator_message where first_at < now() - interval '7 days'
