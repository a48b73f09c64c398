-- What became of each item, the two ledgers, and what could not be processed.

create table item_outcome (
    log_pos  bigint   not null,
    log_item int      not null,
    part     text     not null,            -- message, status, error or change
    type     text,
    item_key text,                         -- wamid, or the hash of what has no id
    outcome  text     not null check (outcome in ('stored', 'duplicate', 'unsupported', 'dead')),
    route    text     not null,            -- the branch that it took
    reason   text,
    replay   boolean  not null default false,
    at       timestamptz not null default now(),
    primary key (log_pos, log_item)
);
create index item_outcome_key on item_outcome (item_key);

-- One row: every batch adds to it as one of its last statements, so that batches wait for each other here only shortly.
create table ledger (
    id                  smallint primary key default 1 check (id = 1),
    events_done         bigint not null default 0,
    events_dead         bigint not null default 0,
    items_received      bigint not null default 0,
    items_stored        bigint not null default 0,
    items_duplicate     bigint not null default 0,
    items_unsupported   bigint not null default 0,
    items_dead          bigint not null default 0,
    replays_appended    bigint not null default 0,
    replays_stored      bigint not null default 0,
    replays_duplicate   bigint not null default 0,
    replays_unsupported bigint not null default 0,
    replays_dead        bigint not null default 0
) with (fillfactor = 10);
insert into ledger default values;

create table dead_letter (
    id          bigint generated always as identity primary key,
    log_pos     bigint      not null,
    item_path   text        not null,      -- where in the event; empty: the event as a whole
    part        text        not null,
    route       text        not null,
    reason      text        not null,
    raw         bytea       not null,      -- the whole event as signed
    simulated   boolean     not null,
    created_at  timestamptz not null default now(),
    replayed_at timestamptz,
    resolved_at timestamptz,
    unique (log_pos, item_path)
);
create index dead_letter_open on dead_letter (id desc) where resolved_at is null;
