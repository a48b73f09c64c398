-- What Meta is to be told so that the customer sees somebody typing: it goes with a read receipt of the customer's last message. No row
-- when there is no such ticket; no receipt when the customer has written nothing in the mode that holds.
select t.phone_number_id,
       (select cast(jsonb_build_object('messaging_product', 'whatsapp', 'status', 'read', 'message_id', m.wamid,
                                       'typing_indicator', jsonb_build_object('type', 'text')) as text)
        from message m
        where m.ticket_id = t.id and m.direction = 'inbound' and m.mode = cast(:?mode as text) and m.type not in ('system', 'reaction')
        order by m.sent_at desc, m.id desc limit 1) as receipt
from ticket t
where t.id = id_of(cast(:?request as jsonb) ->> 'id')
