-- What the conversation list shows beside the ticket: sends that failed, kept as a number so that no list counts messages.
alter table ticket add column failed_count int not null default 0;

update ticket t set failed_count = f.n
from (select m.ticket_id, count(*) as n from message m where m.status = 'failed' and m.ticket_id is not null group by m.ticket_id) as f
where t.id = f.ticket_id;

create index ticket_failed on ticket (last_message_at desc, id desc) where failed_count > 0;

create function count_failed() returns trigger
    language plpgsql as $$
begin
    update ticket set failed_count = greatest(0, failed_count + case when new.status = 'failed' then 1 else -1 end)
    where id = new.ticket_id;
    return null;
end
$$;

create trigger message_failed after update of status on message
    for each row when (new.ticket_id is not null and old.status <> new.status and (old.status = 'failed' or new.status = 'failed'))
    execute function count_failed();
