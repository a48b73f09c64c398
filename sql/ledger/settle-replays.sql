-- A replayed letter is resolved when none of its items is dead, also none of another part of the batch.
with replayed as (
    select r.replay_of,
           (array_agg(r.reason order by r.pos desc, r.item) filter (where r.outcome = 'dead'))[1] as reason,
           bool_or(r.outcome = 'dead' or exists (
               select 1 from item_outcome earlier where earlier.log_pos = r.pos and earlier.outcome = 'dead')) as dead
    from json_to_recordset(cast(:?records as json))
        as r (pos bigint, item int, outcome text, reason text, replay boolean, replay_of bigint)
    where r.replay
    group by r.replay_of
)
update dead_letter d
set resolved_at = case when not replayed.dead then now() end,
    reason = coalesce(replayed.reason, d.reason)
from replayed
where d.id = replayed.replay_of
