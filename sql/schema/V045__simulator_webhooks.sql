-- The simulator's callbacks: other addresses than the app's own, and how a single one is delivered.

-- By whom the address was set: the app (for everything), the account or the number (for messages and the like, which go before).
create table simulator_webhook (
    scope        text primary key check (scope in ('app', 'account', 'number')),
    url          text not null,
    verify_token text not null
);

-- What a scenario makes of the delivery: gathered with others, or signed wrongly; null for nothing.
alter table simulator_callback add column delivery jsonb;
