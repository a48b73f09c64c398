-- Notes who replayed a dead letter and when.
with replayed as (
    update dead_letter set replayed_at = now() where id = cast(cast(:?request as jsonb) ->> 'id' as bigint)
    returning id, replayed_at
), noted as (
    insert into audit (actor, action, detail)
    select coalesce(cast(:?request as jsonb) ->> 'actor', 'unknown'), 'dead-letter-replay', jsonb_build_object('id', cast(id as text))
    from replayed
)
select cast(json_build_object('id', cast(id as text), 'replayedAt', iso(replayed_at)) as text) from replayed
