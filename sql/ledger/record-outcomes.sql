-- What became of each item: its row, the ledger's counts, and for the dead a letter with the raw bytes from the log. A
-- replay is counted apart; one that went well resolves its letter.
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
    on conflict (log_pos, item_path) do nothing
), again as (
    update dead_letter d
    set resolved_at = case when item.final <> 'dead' then now() end,
        reason = case when item.final = 'dead' then item.reason else d.reason end
    from item where item.replay and d.id = item.replay_of
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
