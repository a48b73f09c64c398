-- What became of each item.
insert into item_outcome (log_pos, log_item, part, type, item_key, outcome, route, reason, replay)
select r.pos, r.item, r.part, r.type, left(r.key, 300),
       case when r.outcome = 'dead' then 'dead'
            when r.stored is distinct from true then 'duplicate'
            when r.outcome = 'unsupported' then 'unsupported'
            else 'stored' end,
       r.route, r.reason, r.replay
from json_to_recordset(cast(:?records as json))
    as r (pos bigint, item int, part text, type text, key text, outcome text, route text, reason text, replay boolean, stored boolean)
where r.part <> 'event'
order by r.pos, r.item
