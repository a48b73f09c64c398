-- The addresses that were set, and whose.
select cast(json_build_object('data', (
    select coalesce(json_agg(json_build_object('scope', w.scope, 'url', w.url) order by w.scope), cast('[]' as json))
    from simulator_webhook w)) as text)
