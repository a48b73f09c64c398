-- Templates that were looked at long enough: approved, or rejected when their name ends in _rejected.
with decided as (
    update simulator_template t
    set status = case when t.name like '%\_rejected' then 'REJECTED' else 'APPROVED' end,
        reason = case when t.name like '%\_rejected' then 'INVALID_FORMAT' end, decide_at = null
    where t.decide_at <= now()
    returning t.id, t.name, t.language, t.category, t.status, t.reason
)
select cast(coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name, 'language', d.language, 'category', d.category,
           'status', d.status, 'reason', coalesce(d.reason, 'NONE'))), '[]') as text)
from decided d
