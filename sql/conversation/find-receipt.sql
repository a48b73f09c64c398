-- The customer's newest message of a ticket, if it is of the mode that holds and young enough for Meta: what a typing indicator
-- hangs on.
select cast(jsonb_strip_nulls(jsonb_build_object('id', cast(t.id as text), 'receipt', (
    select jsonb_build_object('mode', m.mode, 'phoneNumberId', m.phone_number_id,
                              'json', cast(jsonb_build_object('wamid', m.wamid, 'typing', true) as text))
    from (select m.wamid, m.mode, m.phone_number_id, m.sent_at from message m
          where m.ticket_id = t.id and m.direction = 'inbound' order by m.sent_at desc, m.id desc limit 1) as m
    where m.mode = cast(:?mode as text) and m.sent_at > now() - interval '24 hours'))) as text)
from ticket t
where t.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9]{1,18}$' then cast(cast(:?request as jsonb) ->> 'id' as bigint) end
