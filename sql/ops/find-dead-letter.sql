-- One dead letter with the webhook that it came in, as text.
select cast(dead_letter_json(d) || jsonb_build_object('raw', raw_text(e.raw)) as text)
from dead_letter d join dead_event e on e.log_pos = d.log_pos
where d.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9]{1,18}$' then cast(cast(:?request as jsonb) ->> 'id' as bigint) end
