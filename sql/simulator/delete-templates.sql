-- Deletes a template in all languages, or the one with this id; how many those were.
with gone as (
    delete from simulator_template t
    where t.name = cast(:?name as text) and t.id = coalesce(nullif(cast(:?id as text), ''), t.id)
    returning t.id
)
select count(*) from gone
