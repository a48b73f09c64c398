-- A send of unknown fate waits for a person as a failed one does: the ticket that it belongs to is found with it.
alter table unsettled_send add column ticket_id bigint;
update unsettled_send u set ticket_id = m.ticket_id from message m where m.id = u.message_id;
create index unsettled_send_ticket on unsettled_send (ticket_id);

create or replace function send_unsettled() returns trigger language plpgsql as $$
begin
    if new.status in ('failed', 'unknown') then
        insert into unsettled_send (message_id, status, sent_at, ticket_id) values (new.id, new.status, new.sent_at, new.ticket_id)
        on conflict (message_id) do update set status = excluded.status;
    else
        delete from unsettled_send where message_id = new.id;
    end if;
    return null;
end $$;
