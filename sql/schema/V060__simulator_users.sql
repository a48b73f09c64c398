-- Who is who among the simulator's customers, of whom something else is known than the number says: a user id that is not made of it,
-- a username, a phone that is kept hidden.
create table simulator_user (
    user_id        text primary key,
    number         text unique,            -- null: not even the simulator knows it
    hidden         boolean not null,       -- from the business
    parent_user_id text,
    username       text,
    name           text
);

-- What became of callbacks of a message's statuses, by kind, where it is not that they were delivered to the configured address.
alter table simulator_message add column webhooks jsonb;
