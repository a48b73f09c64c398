-- The simulator of Meta's Cloud API: callbacks that are still to be delivered, and the files it was given.

-- A queue kept tiny. A row lives until the receiver has answered 200, so a restart loses no callback.
create table simulator_callback (
    id         bigint generated always as identity primary key,
    message    text        not null,       -- wamid: the callbacks of one message are delivered in their order
    kind       text        not null,       -- sent, delivered, read, played, or what a customer wrote
    due_at     timestamptz not null,       -- for a claimed one: when it may be claimed again, should nobody have settled it
    tries      int         not null default 0,
    created_at timestamptz not null default now(),
    body       bytea       not null        -- the exact bytes to sign and send
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
create index simulator_callback_due on simulator_callback (due_at, id);
create index simulator_callback_message on simulator_callback (message, id);

-- The content is a file of the same name as the id, in data-dir/simulator/media.
create table simulator_media (
    id              text primary key,
    phone_number_id text        not null,
    mime_type       text        not null,
    sha256          text        not null,  -- lower-case hex
    file_size       bigint      not null,
    created_at      timestamptz not null default now()
);
