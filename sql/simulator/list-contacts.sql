-- The simulated directory.
select cast(json_build_object('data', (
    select coalesce(json_agg(json_build_object('waId', c.wa_id, 'name', c.name, 'username', c.username) order by c.wa_id), cast('[]' as json))
    from simulator_contact c)) as text)
