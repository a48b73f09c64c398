-- What became of each item: its row, the ledger's counts, and for the dead a letter with the raw bytes from the log. A
-- replay is counted apart; its letter is resolved when none of its items is dead, also none of another part of the batch. The
-- dead items of a replayed event get letters of their own, at the event's first place in the log.
with item as (
    select r.*, case when r.outcome = 'dead' then 'dead'
                     when r.stored is distinct from true then 'duplicate'
                     when r.outcome = 'unsupported' then 'unsupported'
                     else 'stored' end as final
    from jsonb_to_recordset(cast(:?batch as jsonb))
        as r (pos bigint, lane int, item int, part text, type text, key text, outcome text, route text, reason text, replay boolean,
              replay_of bigint, path text, simulated boolean, stored boolean)
), outcomes as (
    insert into item_outcome (log_pos, log_item, part, type, item_key, outcome, route, reason, replay)
    select pos, item, part, type, left(key, 300), final, route, reason, replay from item where part <> 'event'
), letters as (
    insert into dead_letter (log_pos, item_path, part, route, reason, raw, simulated)
    select item.pos, item.path, item.part, item.route, item.reason, l.payload, item.simulated
    from item join webhook_log l on l.lane = item.lane and l.pos = item.pos
    where item.final = 'dead' and not item.replay
    union all
    select distinct on (d.log_pos, item.path) d.log_pos, item.path, item.part, item.route, item.reason, d.raw, item.simulated
    from item join dead_letter d on d.id = item.replay_of
    where item.final = 'dead' and item.replay and item.path <> d.item_path
    on conflict (log_pos, item_path) do nothing
), again as (
    update dead_letter d
    set resolved_at = case when not replayed.dead then now() end,
        reason = coalesce(replayed.reason, d.reason)
    from (
        select item.replay_of, (array_agg(item.reason order by item.pos desc, item.item) filter (where item.final = 'dead'))[1] as reason,
               bool_or(item.final = 'dead' or exists (
                   select 1 from item_outcome earlier where earlier.log_pos = item.pos and earlier.outcome = 'dead')) as dead
        from item where item.replay group by item.replay_of
    ) as replayed
    where d.id = replayed.replay_of
), count as (
    select count(*) filter (where not replay) as received,
           count(*) filter (where not replay and final = 'stored') as stored,
           count(*) filter (where not replay and final = 'duplicate') as duplicate,
           count(*) filter (where not replay and final = 'unsupported') as unsupported,
           count(*) filter (where not replay and final = 'dead') as dead,
           count(*) filter (where replay and final = 'stored') as replay_stored,
           count(*) filter (where replay and final = 'duplicate') as replay_duplicate,
           count(*) filter (where replay and final = 'unsupported') as replay_unsupported,
           count(*) filter (where replay and final = 'dead') as replay_dead
    from item where part <> 'event'
)
update ledger l
set items_stored        = l.items_stored + count.stored,
    items_duplicate     = l.items_duplicate + count.duplicate,
    items_unsupported   = l.items_unsupported + count.unsupported,
    items_dead          = l.items_dead + count.dead,
    replays_stored      = l.replays_stored + count.replay_stored,
    replays_duplicate   = l.replays_duplicate + count.replay_duplicate,
    replays_unsupported = l.replays_unsupported + count.replay_unsupported,
    replays_dead        = l.replays_dead + count.replay_dead
from count
