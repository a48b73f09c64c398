-- Both sides of the ledgers: events worked through and items cut from them, counted before anything was stored, and what the
-- stores have recorded of these items.
with batch as (
    select b."eventsDone" as done, b."eventsDead" as dead, b."itemsReceived" as received, b.positions
    from jsonb_to_record(cast(:?counts as jsonb)) as b ("eventsDone" int, "eventsDead" int, "itemsReceived" int, positions bigint[])
), count as (
    select count(*) filter (where not o.replay and o.outcome = 'stored') as stored,
           count(*) filter (where not o.replay and o.outcome = 'duplicate') as duplicate,
           count(*) filter (where not o.replay and o.outcome = 'unsupported') as unsupported,
           count(*) filter (where not o.replay and o.outcome = 'dead') as dead,
           count(*) filter (where o.replay and o.outcome = 'stored') as replay_stored,
           count(*) filter (where o.replay and o.outcome = 'duplicate') as replay_duplicate,
           count(*) filter (where o.replay and o.outcome = 'unsupported') as replay_unsupported,
           count(*) filter (where o.replay and o.outcome = 'dead') as replay_dead
    from batch cross join unnest(batch.positions) as event (pos)
    join item_outcome o on o.log_pos = event.pos
)
update ledger l
set events_done         = l.events_done + batch.done,
    events_dead         = l.events_dead + batch.dead,
    items_received      = l.items_received + batch.received,
    items_stored        = l.items_stored + count.stored,
    items_duplicate     = l.items_duplicate + count.duplicate,
    items_unsupported   = l.items_unsupported + count.unsupported,
    items_dead          = l.items_dead + count.dead,
    replays_stored      = l.replays_stored + count.replay_stored,
    replays_duplicate   = l.replays_duplicate + count.replay_duplicate,
    replays_unsupported = l.replays_unsupported + count.replay_unsupported,
    replays_dead        = l.replays_dead + count.replay_dead
from batch cross join count
