-- Meta took them: the wamid, the status that may have come before the answer, and the names that Meta knows the customer by.
with ended as (
    select e."attemptId" as attempt_id, a.wamid, a."waId" as wa_id, a."userId" as user_id, a."httpStatus" as http_status
    from jsonb_to_recordset(cast(:?ends as jsonb)) as e ("attemptId" uuid, answer jsonb)
    cross join lateral jsonb_to_record(e.answer) as a (wamid text, "waId" text, "userId" text, "httpStatus" int)
), attempt as (
    update send_attempt a
    set state = 'accepted', wamid = ended.wamid, http_status = ended.http_status, finished_at = now(), reason = null,
        advice = null
    from ended where a.id = ended.attempt_id
    returning a.message_id, ended.wamid, ended.wa_id, ended.user_id
), done as (
    delete from outbox o where o.message_id = any (array(select attempt.message_id from attempt))
), sent as (
    update message m
    set wamid = attempt.wamid, status = coalesce(p.status, 'accepted'), late_failure = coalesce(p.late_failure, false), error = p.error
    from attempt
    join message known on known.id = attempt.message_id
    left join lateral message_progress(known.phone_number_id, attempt.wamid) as p on true
    where m.id = attempt.message_id
    returning m.contact_id, attempt.wa_id, attempt.user_id
)
insert into contact_identity (kind, value, contact_id)
select distinct on (alias.kind, alias.value) alias.kind, alias.value, sent.contact_id
from sent cross join lateral (values ('wa_id', sent.wa_id), ('bsuid', sent.user_id)) as alias (kind, value)
where alias.value is not null
  and not exists (select 1 from contact_identity known where known.kind = alias.kind and known.value = alias.value)
order by alias.kind, alias.value
on conflict (kind, value) do nothing
