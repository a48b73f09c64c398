-- A letter for each dead item, with the raw bytes from the log. The dead items of a replayed event get letters of their own, at
-- the event's first place in the log.
with dead as (
    select r.pos, r.lane, r.item, r.part, r.route, r.reason, r.replay, r.replay_of, r.path, r.simulated
    from json_to_recordset(cast(:?records as json))
        as r (pos bigint, lane int, item int, part text, outcome text, route text, reason text, replay boolean, replay_of bigint,
              path text, simulated boolean)
    where r.outcome = 'dead'
)
insert into dead_letter (log_pos, item_path, part, route, reason, raw, simulated)
select dead.pos, dead.path, dead.part, dead.route, dead.reason, l.payload, dead.simulated
from dead join webhook_log l on l.lane = dead.lane and l.pos = dead.pos
where not dead.replay
union all
select distinct on (d.log_pos, dead.path) d.log_pos, dead.path, dead.part, dead.route, dead.reason, d.raw, dead.simulated
from dead join dead_letter d on d.id = dead.replay_of
where dead.replay and dead.path <> d.item_path
on conflict (log_pos, item_path) do nothing
