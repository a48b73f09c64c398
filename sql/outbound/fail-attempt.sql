-- Refused for good: shown with Meta's code and details and what to do about it.
with answer as (
    select a.* from jsonb_to_record(cast(:?answer as jsonb)) as a ("httpStatus" int, code int, title text, reason text)
), attempt as (
    update send_attempt a
    set state = 'failed', http_status = answer."httpStatus", code = answer.code, reason = answer.reason,
        advice = cast(:?advice as jsonb) ->> 'advice', finished_at = now()
    from answer where a.id = cast(:?attemptId as uuid) and a.state = 'sending'
    returning a.message_id
), done as (
    delete from outbox o using attempt where o.message_id = attempt.message_id
)
update message m
set status = 'failed', error = jsonb_build_object('code', answer.code, 'title', answer.title, 'details', answer.reason,
                                                   'advice', cast(:?advice as jsonb) ->> 'advice')
from attempt, answer
where m.id = attempt.message_id and m.wamid is null
