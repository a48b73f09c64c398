-- For whom a day of the log still waits: a consumer's lane, as inbox/3, or `its first consumer`, where webhooks lie and no consumer has
-- lanes. (Events without a consumer are read by no one.) Null: all of it is read.
create function log_day_reader(topic text, day regclass) returns text
    language plpgsql stable as $$
declare
    reader text;
begin
    execute format('select o.consumer || ''/'' || o.lane from lane_offset o
                    where o.topic = $1 and exists (select 1 from %1$s l where l.lane = o.lane and l.pos > o.last_pos)
                    union all
                    select known.consumer || ''/'' || beyond.lane
                    from (select o.consumer, max(o.lane) as lane from lane_offset o where o.topic = $1 group by o.consumer) as known
                    cross join lateral (select l.lane from %1$s l where l.lane > known.lane order by l.lane limit 1) as beyond
                    union all
                    select ''its first consumer'' where $1 = ''webhook'' and not exists (select 1 from lane_offset o where o.topic = $1)
                                            and exists (select 1 from %1$s)
                    limit 1', day) into reader using topic;
    return reader;
end
$$;

-- A webhook that no consumer has lanes for is unread; and for whom an old day waits is said.
create or replace function drop_log_partitions(topic text, before timestamptz) returns int
    language plpgsql set lock_timeout = '500ms' as $$
declare
    parent  text := topic || '_log';
    name    regclass;
    reader  text;
    dropped int := 0;
begin
    perform pg_advisory_xact_lock(hashtextextended(parent, 0));
    for name in
        with day as materialized (
            select c.oid, c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass(parent)
        )
        select cast(day.oid as regclass) from day
        where cast(to_date(right(day.relname, 8), 'YYYYMMDD') + 1 as timestamp) at time zone 'UTC' <= before
        order by day.relname
    loop
        reader := log_day_reader(topic, name);
        if reader is not null then
            raise warning 'Topic %: % stays, it waits for %.', topic, name, reader;
            exit;
        end if;
        execute format('drop table %s', name);
        dropped := dropped + 1;
    end loop;
    return dropped;
exception when lock_not_available then
    raise warning 'Topic %: old partitions stay until the next run, somebody uses the topic.', topic;
    return 0;
end
$$;
