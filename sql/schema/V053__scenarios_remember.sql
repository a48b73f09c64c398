-- Which scenarios are chosen: a restart ends none of them.
create table simulator_choice (
    id     bigint generated always as identity primary key,
    wanted jsonb not null                  -- as it was asked for; next: the calls that are left
);
