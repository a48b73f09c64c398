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
