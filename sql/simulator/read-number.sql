-- What was changed of a number.
select cast(coalesce((select n.state from simulator_number n where n.id = cast(:?number as text)), cast('{}' as jsonb)) as text)
