-- Replaces the simulated directory.
with entry as (
    select distinct on (r."waId") r."waId" as wa_id, r.name, r.username
    from jsonb_to_recordset(cast(:?change as jsonb) -> 'data') as r ("waId" text, name text, username text)
    order by r."waId"
), gone as (
    delete from simulator_contact c where not exists (select 1 from entry where entry.wa_id = c.wa_id)
)
insert into simulator_contact (wa_id, name, username)
select wa_id, name, username from entry
on conflict (wa_id) do update set name = excluded.name, username = excluded.username
