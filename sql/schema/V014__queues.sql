-- The oldest row of a contact; claims no longer look at due_at in the outbox.
drop index outbox_due;
drop index outbox_contact;
create index outbox_oldest on outbox (contact_id, phone_number_id, mode, message_id);

-- The outbox by contact: who has something waiting, and when the oldest of it may go. A claim reads these rows in the order in
-- which they are due, so its cost is what it claims, however many rows wait for one contact, for later, or for the other mode.
create table outbox_contact (
    contact_id      bigint      not null,
    phone_number_id text        not null,
    mode            text        not null,
    waiting         int         not null,  -- rows of the outbox
    due_at          timestamptz not null,  -- of the oldest row; while that is claimed, the end of its lease
    primary key (contact_id, phone_number_id, mode)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
create index outbox_contact_due on outbox_contact (mode, phone_number_id, due_at, contact_id);

-- A claim is the beginning of an attempt now, and the attempt is its owner.
alter table outbox drop column claim;

-- Sends that a business number may still make, refilled with time: all replicas take from it.
create table send_rate (
    phone_number_id text primary key,
    tokens          double precision not null default 0,
    filled_at       timestamptz      not null default now()
) with (fillfactor = 10);

-- Whoever writes to the outbox need not know of outbox_contact. Its row is locked by every insert and delete until the commit: so
-- who comes after the last row has gone makes the contact's row anew, and who removes a row sees every other one.
create function outbox_rows_added() returns trigger language plpgsql as $$
begin
    insert into outbox_contact (contact_id, phone_number_id, mode, waiting, due_at)
    select a.contact_id, a.phone_number_id, a.mode, count(*), (array_agg(greatest(a.due_at, a.lease_until) order by a.message_id))[1]
    from added a
    group by a.contact_id, a.phone_number_id, a.mode
    order by a.contact_id, a.phone_number_id, a.mode
    on conflict (contact_id, phone_number_id, mode) do update set waiting = outbox_contact.waiting + excluded.waiting;
    return null;
end $$;

-- What waits behind a row that has gone is due at once, but after every other contact that is due already.
create function outbox_rows_removed() returns trigger language plpgsql as $$
begin
    perform 1
    from outbox_contact c
    where (c.contact_id, c.phone_number_id, c.mode) in (select r.contact_id, r.phone_number_id, r.mode from removed r)
    order by c.contact_id, c.phone_number_id, c.mode
    for update;

    delete from outbox_contact c
    using (select r.contact_id, r.phone_number_id, r.mode, count(*) as rows from removed r group by 1, 2, 3) as gone
    where (c.contact_id, c.phone_number_id, c.mode) = (gone.contact_id, gone.phone_number_id, gone.mode)
      and c.waiting <= gone.rows;

    update outbox_contact c
    set waiting = c.waiting - gone.rows,
        due_at = coalesce((select greatest(o.due_at, o.lease_until, now())
                           from outbox o
                           where o.contact_id = c.contact_id and o.phone_number_id = c.phone_number_id and o.mode = c.mode
                           order by o.message_id limit 1), c.due_at)
    from (select r.contact_id, r.phone_number_id, r.mode, count(*) as rows from removed r group by 1, 2, 3) as gone
    where (c.contact_id, c.phone_number_id, c.mode) = (gone.contact_id, gone.phone_number_id, gone.mode);
    return null;
end $$;

create trigger outbox_rows_added after insert on outbox
    referencing new table as added for each statement execute function outbox_rows_added();
create trigger outbox_rows_removed after delete on outbox
    referencing old table as removed for each statement execute function outbox_rows_removed();

insert into outbox_contact (contact_id, phone_number_id, mode, waiting, due_at)
select o.contact_id, o.phone_number_id, o.mode, count(*), (array_agg(greatest(o.due_at, o.lease_until) order by o.message_id))[1]
from outbox o
group by o.contact_id, o.phone_number_id, o.mode;

-- A callback of the simulator is due when its turn has come: the one after it, when it is settled. Until then its due_at is never.
alter table simulator_callback add column ready_at timestamptz;
update simulator_callback set ready_at = due_at;
update simulator_callback c set due_at = 'infinity'
where exists (select 1 from simulator_callback older where older.message = c.message and older.id < c.id);
alter table simulator_callback alter column ready_at set not null;
