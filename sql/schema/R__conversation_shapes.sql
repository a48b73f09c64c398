-- How the inbox shows a ticket: with its contact, its reply window, its newest message and what failed. Applied again whenever
-- this file changes, after R__api_shapes, on whose functions it builds.
create or replace function conversation_json(t ticket) returns jsonb
    language sql stable
    as $$
        select cast(ticket_json(t) as jsonb) || jsonb_build_object(
            'failedCount', t.failed_count,
            'contact', (select cast(contact_json(c) as jsonb) from contact c where c.id = t.contact_id),
            'channel', (select case when h.display_phone_number is null then null else '+' || ltrim(h.display_phone_number, '+') end
                        from channel h where h.phone_number_id = t.phone_number_id),
            'windowEndsAt', (select iso(w.last_customer_at + interval '24 hours') from service_window w
                             where w.contact_id = t.contact_id and w.phone_number_id = t.phone_number_id),
            'last', (select jsonb_build_object('id', cast(m.id as text), 'direction', m.direction, 'type', m.type, 'status', m.status,
                                               'text', left(m.text, 200), 'kind', case when m.type = 'audio' and
                                               (m.payload -> 'audio' ->> 'voice') = 'true' then 'voice' else m.type end)
                     from message m where m.ticket_id = t.id order by m.sent_at desc, m.id desc limit 1))
    $$;
