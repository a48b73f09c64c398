-- What the rules need to know of a send: its customer or group, template, files, number, what the month had, and what it is a reaction to.
-- Whoever is in the directory and has not written yet counts as one who has just written.
select cast(jsonb_build_object(
           'now', extract(epoch from now()),
           'wroteAt', extract(epoch from coalesce(c.wrote_at, case when d.wa_id is not null then now() end)),
           'blocked', c.blocked_at is not null,
           'referredAt', extract(epoch from c.referred_at),
           'freeUntil', extract(epoch from c.free_until),
           'services', coalesce((select m.services from simulator_month m where m.month = simulator_this_month() and m.number = cast(:?number as text)), 0),
           'participants', (select jsonb_agg(p.customer order by p.customer) from simulator_participant p where p.group_id = asked.customer),
           'marketing', c.marketing,
           'registered', coalesce(cast(n.state ->> 'registered' as boolean), true),
           'sender', case when n.state -> 'digits' is not null then jsonb_build_object('id', n.id, 'digits', n.state ->> 'digits') end,
           'template', (select jsonb_build_object('status', t.status, 'category', t.category, 'format', t.parameter_format, 'components', t.components)
                        from simulator_template t where t.name = cast(:?template as text) and t.language = cast(:?language as text)),
           'reactedTo', (select to_jsonb(m.kinds) from simulator_message m
                         where m.wamid = cast(:?reactedTo as text) and m.first_at > now() - interval '30 days'),
           'media', (select coalesce(jsonb_object_agg(m.id, jsonb_build_object('mime_type', m.mime_type)), '{}')
                     from simulator_media m where m.id = any (string_to_array(cast(:?media as text), ',')) and m.expires_at > now())) as text)
from (values (cast(:?customer as text))) as asked (customer)
left join simulator_number n on n.id = cast(:?number as text)
left join simulator_customer c on c.customer = asked.customer
left join simulator_contact d on d.wa_id = asked.customer
