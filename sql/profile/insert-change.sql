-- Notes a change of the profile, published or refused. What was published is what the next reading is compared with.
with reply as (
    select cast(:?reply as jsonb) as answer, cast(:?changes as jsonb) as changes
), noted as (
    insert into profile_change (mode, phone_number_id, actor, result, changes, error)
    select cast(:?mode as text), cast(:?phoneNumberId as text), coalesce(cast(:?request as jsonb) ->> 'actor', 'unknown'),
           case when cast(reply.answer ->> 'ok' as boolean) then 'published' else 'refused' end, reply.changes,
           case when not cast(reply.answer ->> 'ok' as boolean) then jsonb_build_object('status', reply.answer -> 'status',
                'code', reply.answer -> 'code', 'title', reply.answer -> 'title',
                'details', coalesce(reply.answer ->> 'details', reply.answer ->> 'fault')) end
    from reply
)
update profile_snapshot s
set profile = jsonb_strip_nulls(s.profile || coalesce((
        select jsonb_object_agg(c ->> 'field', case when c -> 'to' in ('""', '[]') then 'null' else c -> 'to' end)
        from jsonb_array_elements(reply.changes) as c where c ->> 'field' <> 'picture'), '{}'))
from reply
where cast(reply.answer ->> 'ok' as boolean) and s.mode = cast(:?mode as text) and s.phone_number_id = cast(:?phoneNumberId as text)
