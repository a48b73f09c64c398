-- Messages that were taken and whose files at links are still to be fetched: what becomes of them is told once they are.
create table simulator_unfetched (
    wamid    text        primary key,
    taken_at timestamptz not null default now(),
    send     jsonb       not null               -- as UnfetchedSends writes it
);

-- What a phone holds back is found by whose phone it is.
create index simulator_held_customer on simulator_held (customer);
