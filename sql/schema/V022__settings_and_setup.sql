-- What the webhook has seen, the checks of the set-up, and figures of each minute.

-- The last time of each kind, for each mode: event, test (our own), refused (a signature), handshake, handshake-refused.
create table webhook_sign (
    mode   text        not null,
    kind   text        not null,
    at     timestamptz not null,
    reason text,
    count  bigint      not null default 0,
    primary key (mode, kind)
);

create table setup_check (
    mode     text        not null,
    step     text        not null,
    name     text        not null,
    n        int         not null,
    state    text        not null check (state in ('passed', 'warning', 'waiting', 'failed')),
    evidence text        not null,
    mend     text,
    at       timestamptz not null default now(),
    primary key (mode, step, name)
);

-- The test message of the set-up.
create table setup_test (
    mode       text primary key,
    message_id bigint      not null,
    at         timestamptz not null default now()
);

-- Replaces the checks of a step.
create function keep_checks(of_mode text, of_step text, results jsonb) returns int language sql as $$
    delete from setup_check where mode = of_mode and step = of_step;
    insert into setup_check (mode, step, name, n, state, evidence, mend)
    select of_mode, of_step, r.value ->> 'check', r.n, r.value ->> 'state', coalesce(r.value ->> 'evidence', 'No answer.'),
           case when r.value ->> 'state' <> 'passed' then r.value ->> 'mend' end
    from jsonb_array_elements(results) with ordinality as r (value, n);
    select 1;
$$;

-- `received` is where the log stood; the others are of that minute.
create table health_minute (
    at            timestamptz primary key,
    received      bigint not null,
    sent          int    not null,
    failed        int    not null,
    log_lag       int    not null,
    outbox_age    int    not null,
    media_pending int    not null
);

-- Refusals by Meta, lately: few, and written when an attempt ends, which writes to the indexes anyway.
create index send_attempt_refused on send_attempt (finished_at desc) where code is not null;

-- What the simulated account says of itself; what is not named here is as it should be.
create table simulator_account (
    id    smallint primary key default 1 check (id = 1),
    state jsonb not null default '{}'
);
insert into simulator_account default values;
