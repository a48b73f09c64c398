-- What the rules need to know of a send: its customer, template, files and number. Whoever is in the directory and has not written
-- yet counts as one who has just written.
select cast(jsonb_build_object(
           'now', extract(epoch from now()),
           'wroteAt', extract(epoch from coalesce(c.wrote_at, case when d.wa_id is not null then now() end)),
           'blocked', c.blocked_at is not null,
           'marketing', c.marketing,
           'registered', coalesce((select cast(n.state ->> 'registered' as boolean) from simulator_number n where n.id = cast(:?number as text)), true),
           'template', (select jsonb_build_object('status', t.status, 'category', t.category, 'format', t.parameter_format, 'components', t.components)
                        from simulator_template t where t.name = cast(:?template as text) and t.language = cast(:?language as text)),
           'media', (select coalesce(jsonb_object_agg(m.id, jsonb_build_object('mime_type', m.mime_type)), '{}')
                     from simulator_media m where m.id = any (string_to_array(cast(:?media as text), ',')) and m.expires_at > now())) as text)
from (values (cast(:?customer as text))) as asked (customer)
left join simulator_customer c on c.customer = asked.customer
left join simulator_contact d on d.wa_id = asked.customer
