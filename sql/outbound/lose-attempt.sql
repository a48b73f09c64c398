-- The call was made and no answer tells whether it was taken: unknown, not repeated by itself, and in nobody's way.
with answer as (
    select a.* from jsonb_to_record(cast(:?answer as jsonb)) as a ("httpStatus" int, reason text)
), attempt as (
    update send_attempt a
    set state = 'unknown', http_status = answer."httpStatus", reason = answer.reason, finished_at = now(),
        advice = 'It may have been sent: wait for a status, or ask the customer, before sending again.'
    from answer where a.id = cast(:?attemptId as uuid) and a.state = 'sending'
    returning a.message_id
), done as (
    delete from outbox o using attempt where o.message_id = attempt.message_id
)
update message m set status = 'unknown' from attempt where m.id = attempt.message_id and m.wamid is null
