-- Lists the messages of a ticket; what's newest comes first.
select m.id, m.body, count(*) as entries
from message m
where m.ticket_id = cast(:?ticketId as bigint) and m.body <> 'What::is ? this'
group by m.id, m.body
