-- The queues are empty most of the time, or nearly so beside what has gone and cannot be removed yet. While the planner believes them
-- to be empty every index costs the same to it, however much of it has to be read: so each look finds one index only that it can use.
-- Contacts that are due by their queue, others by their key; the oldest row of a contact by its place, others by their message.
alter table outbox_contact add column queue text generated always as (mode || ' ' || phone_number_id) stored;
drop index outbox_contact_due;
create index outbox_contact_due on outbox_contact (queue, due_at);

alter table outbox add column place bigint generated always as (message_id) stored;
drop index outbox_oldest;
create index outbox_oldest on outbox (contact_id, phone_number_id, mode, place);

-- One contact at a time, by its key. As before, its row is locked before the others of its rows are looked at.
create or replace function outbox_rows_removed() returns trigger language plpgsql as $$
declare
    gone record;
    rest int;
begin
    for gone in
        select r.contact_id, r.phone_number_id, r.mode, count(*) as rows
        from removed r
        group by r.contact_id, r.phone_number_id, r.mode
        order by r.contact_id, r.phone_number_id, r.mode
    loop
        select c.waiting - gone.rows into rest
        from outbox_contact c
        where c.contact_id = gone.contact_id and c.phone_number_id = gone.phone_number_id and c.mode = gone.mode
        for update;

        if rest <= 0 then
            delete from outbox_contact c
            where c.contact_id = gone.contact_id and c.phone_number_id = gone.phone_number_id and c.mode = gone.mode;
        else
            update outbox_contact c
            set waiting = rest,
                due_at = coalesce((select greatest(o.due_at, o.lease_until, now())
                                   from outbox o
                                   where o.contact_id = gone.contact_id and o.phone_number_id = gone.phone_number_id
                                     and o.mode = gone.mode
                                   order by o.place limit 1), c.due_at)
            where c.contact_id = gone.contact_id and c.phone_number_id = gone.phone_number_id and c.mode = gone.mode;
        end if;
    end loop;
    return null;
end $$;
