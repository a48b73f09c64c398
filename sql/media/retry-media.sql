-- A person asks to fetch a customer's file again that could not be fetched. Meta keeps it for seven days.
with known as (
    select m.id, case when m.direction <> 'inbound' or m.state <> 'failed' then 'not-to-retry'
                      when m.created_at < now() - interval '7 days' then 'media-gone' end as refusal
    from media m
    where m.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
                      then cast(cast(:?request as jsonb) ->> 'id' as uuid) end
), again as (
    update media m set state = 'pending', attempts = 0, due_at = now(), error = null
    from known where m.id = known.id and known.refusal is null
    returning m.id, m.state
)
select cast(json_build_object('id', again.id, 'state', again.state) as text) as media, known.refusal
from known left join again on again.id = known.id
