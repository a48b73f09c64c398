-- What a replay needs of a dead letter.
select d.id, e.raw, d.simulated, d.resolved_at is not null as resolved
from dead_letter d join dead_event e on e.log_pos = d.log_pos
where d.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9]{1,18}$' then cast(cast(:?request as jsonb) ->> 'id' as bigint) end
