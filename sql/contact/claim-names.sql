-- Makes every name of a batch known - numbers, user ids, parent user ids - each with a contact of its own for the moment; a
-- name that is known is left alone. Of two batches that claim a name at the same time, the second waits for the first here:
-- join-names, the next statement, then sees what it wrote. Returns the names that it made.
insert into contact_identity (kind, value, contact_id)
select wanted.kind, wanted.value, nextval(pg_get_serial_sequence('contact', 'id'))
from (
    select distinct name.kind, name.value
    from json_to_recordset(cast(:?messages as json))
        as r (wa_id text, user_id text, parent_user_id text, alias_wa_id text, alias_user_id text,
              alias_parent_user_id text)
    cross join lateral (values ('wa_id', r.wa_id), ('bsuid', r.user_id), ('parent_bsuid', r.parent_user_id),
            ('wa_id', r.alias_wa_id), ('bsuid', r.alias_user_id), ('parent_bsuid', r.alias_parent_user_id))
        as name (kind, value)
    where name.value is not null
) as wanted
where not exists (select 1 from contact_identity known where known.kind = wanted.kind and known.value = wanted.value)
order by wanted.kind, wanted.value
on conflict (kind, value) do nothing
returning kind, value
