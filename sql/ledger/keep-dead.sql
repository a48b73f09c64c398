-- A letter for each dead item, and once for all of an event's letters its raw bytes from the log. The dead items of a replayed
-- event get letters of their own, at the event's first place in the log, where its bytes are.
with dead as (
    select r.pos, r.lane, r.item, r.part, r.route, r.reason, r.replay, r.replay_of, r.path, r.simulated
    from json_to_recordset(cast(:?records as json))
        as r (pos bigint, lane int, item int, part text, outcome text, route text, reason text, replay boolean, replay_of bigint,
              path text, simulated boolean)
    where r.outcome = 'dead'
), event as (
    insert into dead_event (log_pos, raw)
    select l.pos, l.payload
    from (select distinct dead.lane, dead.pos from dead where not dead.replay) as place
    join webhook_log l on l.lane = place.lane and l.pos = place.pos
    order by l.pos
    on conflict (log_pos) do nothing
)
insert into dead_letter (log_pos, item_path, part, route, reason, simulated)
select dead.pos, dead.path, dead.part, dead.route, dead.reason, dead.simulated
from dead
where not dead.replay
union all
select distinct on (d.log_pos, dead.path) d.log_pos, dead.path, dead.part, dead.route, dead.reason, dead.simulated
from dead join dead_letter d on d.id = dead.replay_of
where dead.replay and dead.path <> d.item_path
on conflict (log_pos, item_path) do nothing
