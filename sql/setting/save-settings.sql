-- Saves settings, or takes them back to the file's value (null), and notes each that is different now. Of a secret nothing is noted but
-- that it was replaced or removed.
with wanted as (
    select r.key, r.value, r.secret, r.shown, s.value as before
    from jsonb_to_recordset(cast(:?changes as jsonb)) as r (key text, value text, secret boolean, shown text)
    left join setting s on s.key = r.key
), gone as (
    delete from setting s using wanted w where s.key = w.key and w.value is null
), saved as (
    insert into setting (key, value, updated_by)
    select w.key, w.value, coalesce(cast(:?request as jsonb) ->> 'actor', 'unknown') from wanted w where w.value is not null order by w.key
    on conflict (key) do update set value = excluded.value, version = setting.version + 1, updated_at = now(), updated_by = excluded.updated_by
    where setting.value <> excluded.value
)
insert into audit (actor, action, detail)
select coalesce(cast(:?request as jsonb) ->> 'actor', 'unknown'), 'setting-change',
       jsonb_build_object('key', w.key) || case when w.secret then jsonb_build_object('secret', case when w.value is null then 'removed' else 'replaced' end)
           else jsonb_build_object('from', w.before, 'to', w.value) end
from wanted w
where w.before is distinct from w.value
order by w.key
