-- Breaks the simulated account in the ways that are named, or mends it.
update simulator_account set state = cast(:?change as jsonb)
returning cast(state as text)
