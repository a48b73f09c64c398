-- Forgets messages that are older than 30 days: nobody can react to them any more.
delete from simulator_message where first_at < now() - interval '30 days'
