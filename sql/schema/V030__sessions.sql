-- Who is logged in at the pages. Of cookie and link only SHA-256 hashes are stored.
create table web_session (
    hash       text primary key,
    name       text        not null,
    role       text        not null check (role in ('agent', 'admin')),
    token_hash text,                       -- the API token that it was opened with: it ends when that is gone
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);

create table login_link (
    hash       text primary key,
    name       text        not null,
    role       text        not null check (role in ('agent', 'admin')),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at    timestamptz
);
