-- Refused for good: shown with Meta's code and details and what to do about it.
with ended as (
    select e."attemptId" as attempt_id, e.advice ->> 'advice' as advice, a."httpStatus" as http_status, a.code, a.title, a.reason
    from jsonb_to_recordset(cast(:?ends as jsonb)) as e ("attemptId" uuid, advice jsonb, answer jsonb)
    cross join lateral jsonb_to_record(e.answer) as a ("httpStatus" int, code int, title text, reason text)
), attempt as (
    update send_attempt a
    set state = 'failed', http_status = ended.http_status, code = ended.code, reason = ended.reason, advice = ended.advice,
        finished_at = now()
    from ended where a.id = ended.attempt_id and a.state = 'sending'
    returning a.message_id, ended.code, ended.title, ended.reason, ended.advice
), done as (
    delete from outbox o using attempt where o.message_id = attempt.message_id
)
update message m
set status = 'failed', error = jsonb_build_object('code', attempt.code, 'title', attempt.title, 'details', attempt.reason,
                                                   'advice', attempt.advice)
from attempt
where m.id = attempt.message_id and m.wamid is null
