-- Breaks the simulated account in the ways that are named, or mends it when none is. An address for callbacks is set, or taken back by null,
-- where it is named; to mend takes back all of them.
with asked as (
    select cast(:?change as jsonb) as change
), named as (
    select scope, change ->> field as url
    from asked cross join (values ('account', 'override'), ('app', 'callbackUrl')) as address (scope, field)
    where change -> field is not null
), gone as (
    delete from simulator_webhook w using asked where asked.change = '{}' or w.scope in (select scope from named where url is null)
), put as (
    insert into simulator_webhook (scope, url, verify_token)
    select scope, url, '' from named where url is not null
    on conflict (scope) do update set url = excluded.url, verify_token = excluded.verify_token
)
update simulator_account set state = change - 'override' - 'callbackUrl'
from asked
returning cast(change as text)
