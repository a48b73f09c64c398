-- The simulator alone: its customers, their phones, and what was written to them.

-- The directory of people who have the app.
create table simulator_contact (
    wa_id    text primary key,
    name     text not null,
    username text
);
insert into simulator_contact (wa_id, name, username) values
    ('15551230001', 'Ana Example', 'ana.example'), ('15551230002', 'Ben Sample', null), ('15551230003', 'Chiara Muster', 'chiara'),
    ('15551230004', 'Dmitri Primer', null), ('15551230005', 'Emi 例子', null), ('15551230006', 'نورا مثال', null),
    ('15551230007', 'Marram Home Ltd', 'marram.home'), ('15551230008', 'Lucía Muestra Ortega', null);

-- How the simulated customers' phones behave, and what each has not done yet: a restart changes neither.
create table simulator_phone (
    customer  text primary key,
    behaviour text not null
);
create table simulator_held (
    id       bigint generated always as identity primary key,
    customer text  not null,
    callback jsonb not null                -- as CallbackRoutes takes it
);

-- By phone (digits) or user id. Who never wrote and was never blocked has no row.
create table simulator_customer (
    customer   text primary key,
    wrote_at   timestamptz,                -- opens the window of 24 hours
    blocked_at timestamptz,                -- by the business
    marketing  text                        -- stop: the customer wants no marketing
);

-- Each message with its statuses, for message_history: filled by what is queued to be called back.
create table simulator_message (
    wamid    text primary key,
    first_at timestamptz   not null default now(),
    kinds    text[]        not null,
    ats      timestamptz[] not null
);
create index simulator_message_first_at on simulator_message (first_at);

create function simulator_remember() returns trigger
    language plpgsql
    as $$
        begin
            insert into simulator_message as m (wamid, kinds, ats)
            select queued.message, array_agg(queued.kind order by queued.id), array_agg(queued.ready_at order by queued.id)
            from queued where queued.message like 'wamid.%'
            group by queued.message order by queued.message
            on conflict (wamid) do update set kinds = m.kinds || excluded.kinds, ats = m.ats || excluded.ats;
            return null;
        end
    $$;
create trigger simulator_callback_remembered after insert on simulator_callback
    referencing new table as queued for each statement execute function simulator_remember();
