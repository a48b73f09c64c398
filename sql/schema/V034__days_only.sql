-- The name of a table is read as a day only when the table is a day: the planner is free to look at the names of all tables first,
-- and pg_toast_16789 ends in none.
create or replace function drop_log_partitions(topic text, before timestamptz) returns int
    language plpgsql set lock_timeout = '500ms' as $$
declare
    parent  text := topic || '_log';
    name    text;
    unread  boolean;
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
