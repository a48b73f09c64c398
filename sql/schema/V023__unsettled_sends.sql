-- Sends that somebody has to look at, failed or of unknown fate, found without reading the other messages. A table of its own, as
-- failed_send: an index of messages that names the status would make every change of a status write to all indexes.
create table unsettled_send (
    message_id bigint primary key,
    status     text        not null check (status in ('failed', 'unknown')),
    sent_at    timestamptz not null                -- of the message, which never changes
);
create index unsettled_send_latest on unsettled_send (status, sent_at desc, message_id desc);
insert into unsettled_send (message_id, status, sent_at)
select id, status, sent_at from message where status in ('failed', 'unknown') and direction = 'outbound';

create function send_unsettled() returns trigger language plpgsql as $$
begin
    if new.status in ('failed', 'unknown') then
        insert into unsettled_send (message_id, status, sent_at) values (new.id, new.status, new.sent_at)
        on conflict (message_id) do update set status = excluded.status;
    else
        delete from unsettled_send where message_id = new.id;
    end if;
    return null;
end $$;
create trigger send_unsettled after update of status on message for each row
    when (old.status is distinct from new.status
          and (old.status in ('failed', 'unknown') or new.status in ('failed', 'unknown'))) execute function send_unsettled();

-- When the attempt began, not when its transaction did: as the rate of the number counts it.
alter table send_attempt alter column started_at set default clock_timestamp();

comment on table simulator_callback is 'Survives a restart of the process; of a killed PostgreSQL the newest rows may be gone, for their commits wait for no disk.';
