-- Messages to customers with their statuses until now, latest first; one of them when its wamid is given. A status that is not queued any
-- more has reached the webhook.
select cast(coalesce(jsonb_agg(found.message order by found.first_at desc, found.wamid), '[]') as text)
from (
    select m.first_at, m.wamid, jsonb_build_object('message_id', m.wamid, 'events', (
        select jsonb_agg(jsonb_build_object('delivery_status', upper(e.kind), 'timestamp', cast(extract(epoch from e.at) as bigint),
                   'webhook_update_state', case when exists (select 1 from simulator_callback c where c.message = m.wamid and c.kind = e.kind)
                                                then 'PENDING' else 'DELIVERED' end) order by e.position)
        from unnest(m.kinds, m.ats) with ordinality as e (kind, at, position) where e.at <= now())) as message
    from simulator_message m
    where m.kinds && array['sent', 'delivered', 'read', 'played', 'failed']
      and m.wamid = coalesce(nullif(cast(:?wamid as text), ''), m.wamid)
    order by m.first_at desc, m.wamid
    limit 1000
) as found
