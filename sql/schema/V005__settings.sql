-- What is set at run time, who may call the API, and who changed what.
create table setting (
    key        text primary key,
    value      text        not null,
    version    int         not null default 1,
    updated_at timestamptz not null default now(),
    updated_by text        not null
);

create table api_token (
    name       text primary key,
    hash       text        not null unique, -- SHA-256 in lower-case hex; the token itself is nowhere
    role       text        not null check (role in ('agent', 'admin')),
    created_at timestamptz not null default now()
);

create table audit (
    id     bigint generated always as identity primary key,
    at     timestamptz not null default now(),
    actor  text        not null,
    action text        not null,
    detail jsonb       not null
);
