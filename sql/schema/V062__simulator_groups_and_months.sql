-- What the simulator must remember of groups, of advertisements, and of the messages of a month.

-- Who is in a group: whoever has written in it. The group itself has a window, as a customer of its id.
create table simulator_participant (
    group_id text not null,
    customer text not null,
    primary key (group_id, customer)
);

-- Service messages that were delivered in each month of the account's time zone: some of them cost nothing.
create table simulator_month (
    month    date primary key,
    services int not null
) with (fillfactor = 10);

-- An advertisement led the customer here, and until when messages cost nothing because of it.
alter table simulator_customer add column referred_at timestamptz;
alter table simulator_customer add column free_until timestamptz;

-- The first of Meta's time zones by their ids; any other is taken to be UTC.
create function simulator_this_month() returns date
    language sql stable
    as $$
        select cast(date_trunc('month', now() at time zone coalesce(
                   (select zone.name from (values ('1', 'America/Los_Angeles'), ('2', 'America/Denver'), ('3', 'Pacific/Honolulu'), ('4', 'America/Anchorage'),
                        ('5', 'America/Phoenix'), ('6', 'America/Chicago'), ('7', 'America/New_York')) as zone (id, name)
                    where zone.id = coalesce(a.state #>> '{account,timezone_id}', '1')), 'UTC')) as date)
        from simulator_account a
    $$;

create or replace function simulator_remember() returns trigger
    language plpgsql
    as $$
        begin
            insert into simulator_message as m (wamid, kinds, ats)
            select queued.message, array_agg(queued.kind order by queued.id), array_agg(queued.ready_at order by queued.id)
            from queued where queued.message like 'wamid.%'
            group by queued.message order by queued.message
            on conflict (wamid) do update set kinds = m.kinds || excluded.kinds, ats = m.ats || excluded.ats;
            -- Where delivered is skipped, read says what the message costs: one of the two does.
            insert into simulator_month as m (month, services)
            select simulator_this_month(), count(distinct queued.message)
            from queued where queued.kind in ('delivered', 'read') and position('\x2263617465676f7279223a227365727669636522' in queued.body) > 0    -- "category":"service"
            having count(*) > 0
            on conflict (month) do update set services = m.services + excluded.services;
            return null;
        end
    $$;
