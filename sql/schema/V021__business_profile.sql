-- The business profile and number as Meta had them when they were read last, and every change of the profile.
create table profile_snapshot (
    mode            text        not null,
    phone_number_id text        not null,
    profile         jsonb       not null,
    read_at         timestamptz not null default now(),
    primary key (mode, phone_number_id)
);

create table profile_change (
    id              bigint generated always as identity primary key,
    at              timestamptz not null default now(),
    mode            text        not null,
    phone_number_id text        not null,
    actor           text,                  -- null: changed elsewhere, seen at reading
    result          text        not null check (result in ('published', 'refused', 'outside')),
    changes         jsonb       not null,  -- [{"field", "from", "to"}]
    error           jsonb
);

-- What the Graph API said of the number when it was asked last; health reads it.
create table number_state (
    mode            text        not null,
    phone_number_id text        not null,
    state           text        not null check (state in ('ok', 'throttled', 'misconfigured', 'down')),
    info            jsonb       not null,
    fault           text,
    checked_at      timestamptz not null default now(),
    primary key (mode, phone_number_id)
);

-- The simulator's side: a profile, and uploads that are under way.
create table simulator_profile (
    phone_number_id text primary key,
    profile         jsonb not null,
    picture         text                   -- the id of a simulator_media
);

create table simulator_upload (
    id          text primary key,
    file_type   text        not null,
    file_length bigint      not null,
    handle      text unique,               -- given when all of the file is there
    media       text,
    created_at  timestamptz not null default now()
);
