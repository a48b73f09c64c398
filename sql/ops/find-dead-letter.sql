-- One dead letter with the webhook that it came in, as text.
select cast(dead_letter_json(d) || jsonb_build_object('raw', raw_text(d.raw)) as text)
from dead_letter d
where d.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9]{1,18}$' then cast(cast(:?request as jsonb) ->> 'id' as bigint) end
