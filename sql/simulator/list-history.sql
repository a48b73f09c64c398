-- Messages to customers with their statuses until now, latest first; one of them when its wamid is given. A status that is still queued has
-- not reached the webhook; where one went is noted when it did not go to the app's own address. Meta tells of no status played.
select cast(coalesce(jsonb_agg(found.message order by found.first_at desc, found.wamid), '[]') as text)
from (
    select m.first_at, m.wamid, jsonb_build_object('message_id', m.wamid, 'events', (
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('delivery_status', upper(e.kind), 'timestamp', cast(extract(epoch from e.at) as bigint),
                   'webhook_update_state', case when queued.waiting then 'PENDING' else coalesce(m.webhooks -> e.kind ->> 'state', 'DELIVERED') end,
                   'webhook_uri', case when queued.waiting then goes.url else m.webhooks -> e.kind ->> 'uri' end)) order by e.position)
        from unnest(m.kinds, m.ats) with ordinality as e (kind, at, position)
        cross join lateral (select exists (select 1 from simulator_callback c where c.message = m.wamid and c.kind = e.kind) as waiting) as queued
        where e.at <= now() and e.kind <> 'played')) as message
    from simulator_message m
    left join lateral (
        select w.url from simulator_webhook w order by array_position(array['number', 'account', 'app'], w.scope) limit 1) as goes on true
    where m.kinds && array['sent', 'delivered', 'read', 'failed']
      and m.wamid = coalesce(nullif(cast(:?wamid as text), ''), m.wamid)
    order by m.first_at desc, m.wamid
    limit 1000
) as found
