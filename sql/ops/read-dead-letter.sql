-- What a replay needs of a dead letter.
select d.id, d.raw, d.simulated, d.resolved_at is not null as resolved
from dead_letter d
where d.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9]{1,18}$' then cast(cast(:?request as jsonb) ->> 'id' as bigint) end
