-- A person asks for another attempt of a send that failed or is unknown. The old wamid stays with its attempt.
with again as (
    update message m
    set status = 'queued', wamid = null, error = null, late_failure = false
    where m.id = (select found.id from message found
                  where found.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9]{1,18}$'
                                        then cast(cast(:?request as jsonb) ->> 'id' as bigint) end
                     or found.wamid = cast(:?request as jsonb) ->> 'id'
                  order by found.id limit 1)
      and m.direction = 'outbound' and m.status in ('failed', 'unknown')
    returning m.id, m.contact_id, m.phone_number_id, m.mode
), queued as (
    insert into outbox (message_id, contact_id, phone_number_id, mode)
    select id, contact_id, phone_number_id, mode from again
    on conflict (message_id) do nothing
)
select cast(jsonb_build_object('id', cast(again.id as text), 'status', 'queued') as text) as accepted from again
