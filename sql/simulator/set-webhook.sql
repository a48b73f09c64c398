-- Sets the address of a scope, or takes it back when there is none in the change.
with asked as (
    select c ->> 'scope' as scope, nullif(c ->> 'url', '') as url, coalesce(c ->> 'verifyToken', '') as verify_token
    from (select cast(:?change as jsonb) as c) as change
), gone as (
    delete from simulator_webhook w using asked where w.scope = asked.scope and asked.url is null
)
insert into simulator_webhook (scope, url, verify_token)
select scope, url, verify_token from asked where url is not null
on conflict (scope) do update set url = excluded.url, verify_token = excluded.verify_token
