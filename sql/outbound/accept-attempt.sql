-- Meta took it: the wamid, the status that may have come before the answer, and the names that Meta knows the customer by.
with answer as (
    select a.wamid, a."waId" as wa_id, a."userId" as user_id, a."httpStatus" as http_status
    from jsonb_to_record(cast(:?answer as jsonb)) as a (wamid text, "waId" text, "userId" text, "httpStatus" int)
), attempt as (
    update send_attempt a
    set state = 'accepted', wamid = answer.wamid, http_status = answer.http_status, finished_at = now(), reason = null,
        advice = null
    from answer where a.id = cast(:?attemptId as uuid)
    returning a.message_id
), done as (
    delete from outbox o using attempt where o.message_id = attempt.message_id
), sent as (
    update message m
    set wamid = answer.wamid, status = coalesce(p.status, 'accepted'), late_failure = coalesce(p.late_failure, false), error = p.error
    from attempt, answer, message known
    left join lateral message_progress(known.phone_number_id, (select wamid from answer)) as p on true
    where m.id = attempt.message_id and known.id = m.id
    returning m.contact_id
)
insert into contact_identity (kind, value, contact_id)
select alias.kind, alias.value, sent.contact_id
from sent, answer, lateral (values ('wa_id', answer.wa_id), ('bsuid', answer.user_id)) as alias (kind, value)
where alias.value is not null
order by alias.kind, alias.value
on conflict (kind, value) do nothing
