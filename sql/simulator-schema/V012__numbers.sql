-- The simulator alone: what the contract has for each number is counted, addressed and remembered for each.

-- The number whose webhook this is: the first thing in it, as Meta writes it.
create function simulator_number_of(body bytea) returns text
    language sql immutable
    as $$
        select case when position('\x2270686f6e655f6e756d6265725f6964223a22' in body) > 0    -- "phone_number_id":"
                    then split_part(encode(substring(body from position('\x2270686f6e655f6e756d6265725f6964223a22' in body) + 19 for 40), 'escape'), '"', 1)
                    else '' end
    $$;

-- Each number has its own free messages of a month. Of which number those were that are counted is not known: the count begins anew.
truncate simulator_month;
alter table simulator_month add column number text not null;
alter table simulator_month drop constraint simulator_month_pkey, add primary key (month, number);

-- Which number a message was sent from.
alter table simulator_message add column number text;

create or replace function simulator_remember() returns trigger
    language plpgsql
    as $$
        begin
            insert into simulator_message as m (wamid, kinds, ats, number)
            select queued.message, array_agg(queued.kind order by queued.id), array_agg(queued.ready_at order by queued.id),
                   min(simulator_number_of(queued.body))
            from queued where queued.message like 'wamid.%'
            group by queued.message order by queued.message
            on conflict (wamid) do update set kinds = m.kinds || excluded.kinds, ats = m.ats || excluded.ats;
            -- Where delivered is skipped, read says what the message costs: one of the two does.
            insert into simulator_month as m (month, number, services)
            select simulator_this_month(), simulator_number_of(queued.body), count(distinct queued.message)
            from queued where queued.kind in ('delivered', 'read') and position('\x2263617465676f7279223a227365727669636522' in queued.body) > 0    -- "category":"service"
            group by 2 order by 2
            on conflict (month, number) do update set services = m.services + excluded.services;
            return null;
        end
    $$;

-- A number that was added has addresses of its own, under its id.
alter table simulator_webhook drop constraint simulator_webhook_scope_check,
    add constraint simulator_webhook_scope_check check (scope in ('app', 'account', 'number') or scope ~ '^[0-9]+$');

-- The ids of numbers that are added.
create sequence simulator_number_id start 100000000000002;
select setval('simulator_number_id', greatest(100000000000002, max(cast(n.id as bigint)) + 1), false)
from simulator_number n where n.id ~ '^1000000000[0-9]{5}$';
