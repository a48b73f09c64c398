-- The topics of the log become partitioned by day (UTC): made ahead, dropped whole when they are old enough and read to the
-- end. `items` is how many items an entry holds at most: a reader's batch is bounded by it.

-- One partition for each day from first to last. It is attached, not created in place: that waits for no reader and lets none wait.
create function make_log_partitions(topic text, first date, last date) returns int
    language plpgsql as $$
declare
    parent text := topic || '_log';
    name   text;
    day    date;
    made   int := 0;
begin
    -- Two instances at once: the second finds the partitions made.
    perform pg_advisory_xact_lock(hashtextextended(parent, 0));
    for day in select cast(d as date) from generate_series(cast(first as timestamp), cast(last as timestamp), interval '1 day') as d loop
        name := parent || to_char(day, '_YYYYMMDD');
        if to_regclass(name) is null then
            execute format('create table %I (like %I including all)', name, parent);
            execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, name,
                           cast(day as timestamp) at time zone 'UTC', cast(day + 1 as timestamp) at time zone 'UTC');
            made := made + 1;
        end if;
    end loop;
    return made;
end
$$;

-- Drops the days that ended before `before` and that every consumer of the topic has read to the end. The drop locks the whole
-- topic for a moment: behind somebody's long transaction it gives up (lock_timeout) instead of letting webhooks wait; the next run drops.
create function drop_log_partitions(topic text, before timestamptz) returns int
    language plpgsql set lock_timeout = '500ms' as $$
declare
    parent  text := topic || '_log';
    name    text;
    unread  boolean;
    dropped int := 0;
begin
    for name in
        select cast(c.oid as regclass) from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = to_regclass(parent)
          and cast(to_date(right(c.relname, 8), 'YYYYMMDD') + 1 as timestamp) at time zone 'UTC' <= before
        order by c.relname
    loop
        execute format('select exists (select 1 from lane_offset o where o.topic = %2$L
                                         and exists (select 1 from %1$s l where l.lane = o.lane and l.pos > o.last_pos))
                            or exists (select 1 from (select o.consumer, max(o.lane) as lane from lane_offset o
                                                      where o.topic = %2$L group by o.consumer) as known
                                       where exists (select 1 from %1$s l where l.lane > known.lane))', name, topic) into unread;
        exit when unread;
        execute format('drop table %s', name);
        dropped := dropped + 1;
    end loop;
    return dropped;
exception when lock_not_available then
    raise warning 'Topic %: old partitions stay until the next run, somebody uses the topic.', topic;
    return 0;
end
$$;

alter table webhook_log rename to webhook_log_before;
alter table webhook_log_before rename constraint webhook_log_pkey to webhook_log_before_pkey;
alter table events_log rename to events_log_before;
alter table events_log_before rename constraint events_log_pkey to events_log_before_pkey;

create table webhook_log (
    pos         bigint      not null,
    lane        smallint    not null,
    received_at timestamptz not null default now(),
    simulated   boolean     not null,
    replay_of   bigint,                    -- the dead letter that this entry repeats; null for what a webhook brought
    items       int         not null default 1,
    payload     bytea       not null,      -- the raw bytes as they were signed
    primary key (lane, pos, received_at)
) partition by range (received_at);
create index webhook_log_replays on webhook_log (lane, pos) where replay_of is not null;

create table events_log (
    pos         bigint      not null,
    lane        smallint    not null,
    received_at timestamptz not null default now(),
    simulated   boolean     not null,
    replay_of   bigint,
    items       int         not null default 1,
    payload     bytea       not null,
    primary key (lane, pos, received_at)
) partition by range (received_at);

select make_log_partitions('webhook', cast(least(min(received_at), now()) at time zone 'UTC' as date), cast(now() at time zone 'UTC' as date) + 7)
from webhook_log_before;
select make_log_partitions('events', cast(least(min(received_at), now()) at time zone 'UTC' as date), cast(now() at time zone 'UTC' as date) + 7)
from events_log_before;

insert into webhook_log (pos, lane, received_at, simulated, replay_of, payload)
select pos, lane, received_at, simulated, replay_of, payload from webhook_log_before;
insert into events_log (pos, lane, received_at, simulated, replay_of, payload)
select pos, lane, received_at, simulated, replay_of, payload from events_log_before;

-- The view of the ledgers is made anew after the migrations (R__api_shapes).
drop view if exists ingest_ledger;
drop table webhook_log_before;
drop table events_log_before;
