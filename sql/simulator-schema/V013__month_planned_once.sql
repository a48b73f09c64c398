-- The simulator alone: the month is asked for twice with each message. In this language the query is planned once for each session,
-- and not at each call.
create or replace function simulator_this_month() returns date
    language plpgsql stable
    as $$
        begin
            -- The first of Meta's time zones by their ids; any other is taken to be UTC.
            return (
                select cast(date_trunc('month', now() at time zone coalesce(
                           (select zone.name from (values ('1', 'America/Los_Angeles'), ('2', 'America/Denver'), ('3', 'Pacific/Honolulu'), ('4', 'America/Anchorage'),
                                ('5', 'America/Phoenix'), ('6', 'America/Chicago'), ('7', 'America/New_York')) as zone (id, name)
                            where zone.id = coalesce(a.state #>> '{account,timezone_id}', '1')), 'UTC')) as date)
                from simulator_account a);
        end
    $$;
