-- The calls were made and no answer tells whether they were taken: unknown, not repeated by themselves, and in nobody's way.
with ended as (
    select e."attemptId" as attempt_id, a."httpStatus" as http_status, a.reason
    from jsonb_to_recordset(cast(:?ends as jsonb)) as e ("attemptId" uuid, answer jsonb)
    cross join lateral jsonb_to_record(e.answer) as a ("httpStatus" int, reason text)
), attempt as (
    update send_attempt a
    set state = 'unknown', http_status = ended.http_status, reason = ended.reason, finished_at = now(),
        advice = 'It may have been sent: wait for a status, or ask the customer, before sending again.'
    from ended where a.id = ended.attempt_id and a.state = 'sending'
    returning a.message_id
), done as (
    delete from outbox o where o.message_id = any (array(select attempt.message_id from attempt))
)
update message m set status = 'unknown' from attempt where m.id = attempt.message_id and m.wamid is null
