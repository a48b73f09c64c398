-- Refused for the moment: another attempt later, twice as late each time (four times for a pair limit), with some chance in
-- it, never before Meta's Retry-After. Only the contact waits.
with ended as (
    select e."attemptId" as attempt_id, e.number, e.advice ->> 'advice' as advice, e.advice ->> 'action' as action,
           a."httpStatus" as http_status, a.code, a.reason, a."retryAfter" as retry_after
    from jsonb_to_recordset(cast(:?ends as jsonb)) as e ("attemptId" uuid, number int, advice jsonb, answer jsonb)
    cross join lateral jsonb_to_record(e.answer) as a ("httpStatus" int, code int, reason text, "retryAfter" int)
), attempt as (
    update send_attempt a
    set state = 'retry', http_status = ended.http_status, code = ended.code, reason = ended.reason, advice = ended.advice,
        finished_at = now(),
        next_at = now() + make_interval(secs => greatest(coalesce(ended.retry_after, 0), (0.8 + 0.4 * random())
            * least(3600, cast(:?retryDelay as numeric)
                * case when ended.action = 'pair' then 4 else 2 end ^ (least(ended.number, 20) - 1))))
    from ended where a.id = ended.attempt_id and a.state = 'sending'
    returning a.message_id, a.next_at
), waits as (
    update outbox o set due_at = attempt.next_at, lease_until = null
    from attempt where o.message_id = attempt.message_id
    returning o.contact_id, o.phone_number_id, o.mode, o.due_at
), contact_waits as (
    update outbox_contact c set due_at = waits.due_at
    from waits where (c.contact_id, c.phone_number_id, c.mode) = (waits.contact_id, waits.phone_number_id, waits.mode)
)
update message m set status = 'queued' from attempt where m.id = attempt.message_id and m.wamid is null
