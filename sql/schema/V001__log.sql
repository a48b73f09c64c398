-- The durable log under the routes: two topics, each append-only, positions dense and in commit order.
-- The head row of a topic is updated in the inserting transaction and stays locked until its commit; so no position
-- becomes visible before a smaller one, and a reader of "pos > last" misses nothing.
create table log_head (
    topic text primary key,
    pos   bigint not null default 0
) with (fillfactor = 10);

insert into log_head (topic) values ('webhook'), ('events');

create table webhook_log (
    pos         bigint      not null,
    lane        smallint    not null,
    received_at timestamptz not null default now(),
    simulated   boolean     not null,
    replay_of   bigint,                    -- the dead letter that this entry repeats; null for what a webhook brought
    payload     bytea       not null,      -- the raw bytes as they were signed
    primary key (lane, pos)
);

create table events_log (
    pos         bigint      not null,
    lane        smallint    not null,
    received_at timestamptz not null default now(),
    simulated   boolean     not null,
    replay_of   bigint,
    payload     bytea       not null,
    primary key (lane, pos)
);

create table lane_offset (
    topic      text        not null,
    consumer   text        not null,
    lane       smallint    not null,
    last_pos   bigint      not null default 0,
    updated_at timestamptz not null default now(),
    primary key (topic, consumer, lane)
) with (fillfactor = 10);
