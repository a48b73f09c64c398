-- The simulator alone (profile simulator): its tables without the helpdesk's. In the product the same tables grew with sql/schema, from
-- V006 on; MigrationsTest compares the two: a change there needs its twin here, in a file of its own.

-- A queue kept tiny. A row lives until the receiver has answered 200, so a restart loses no callback.
create table simulator_callback (
    id         bigint generated always as identity primary key,
    message    text        not null,       -- wamid: the callbacks of one message are delivered in their order
    kind       text        not null,       -- sent, delivered, read, played, or what a customer wrote
    due_at     timestamptz not null,       -- for a claimed one: when it may be claimed again; infinity until its turn has come
    tries      int         not null default 0,
    created_at timestamptz not null default now(),
    body       bytea       not null,       -- the exact bytes to sign and send
    ready_at   timestamptz not null,
    delivery   jsonb                       -- what a scenario makes of the delivery; null for nothing
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
create index simulator_callback_due on simulator_callback (due_at, id);
create index simulator_callback_message on simulator_callback (message, id);
comment on table simulator_callback is 'Survives a restart of the process; of a killed PostgreSQL the newest rows may be gone, for their commits wait for no disk.';

-- By whom the address was set: the app (for everything), the account or the number (for messages and the like, which go before).
create table simulator_webhook (
    scope        text primary key check (scope in ('app', 'account', 'number')),
    url          text not null,
    verify_token text not null
);

-- The content is a file of the same name as the id, in data-dir/simulator/media.
create table simulator_media (
    id              text primary key,
    phone_number_id text        not null,
    mime_type       text        not null,
    sha256          text        not null,  -- lower-case hex
    file_size       bigint      not null,
    created_at      timestamptz not null default now(),
    expires_at      timestamptz not null default now() + interval '30 days'
);

create table simulator_upload (
    id          text primary key,
    file_type   text        not null,
    file_length bigint      not null,
    handle      text unique,               -- given when all of the file is there
    media       text,
    created_at  timestamptz not null default now()
);

create table simulator_profile (
    phone_number_id text primary key,
    profile         jsonb not null,
    picture         text                   -- the id of a simulator_media
);

-- What the simulated account says of itself; what is not named here is as it should be.
create table simulator_account (
    id    smallint primary key default 1 check (id = 1),
    state jsonb not null default '{}'
);
insert into simulator_account default values;

-- What was changed of a number, and numbers that were added; the configured one needs no row.
create table simulator_number (
    id         text primary key,
    state      jsonb       not null default '{}',
    created_at timestamptz not null default now()
);
