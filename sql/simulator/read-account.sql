-- What the simulated account says of itself other than that all is well.
select cast(a.state as text) from simulator_account a
