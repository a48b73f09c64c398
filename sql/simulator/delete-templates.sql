-- Deletes a template in all languages, or the one with this id; those that were deleted, as sql/simulator/decide-templates.sql has them.
with gone as (
    delete from simulator_template t
    where t.name = cast(:?name as text) and t.id = coalesce(nullif(cast(:?id as text), ''), t.id)
    returning t.id, t.name, t.language, t.category
)
select cast(coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'language', g.language, 'category', g.category,
           'status', 'PENDING_DELETION', 'reason', 'NONE')), '[]') as text)
from gone g
