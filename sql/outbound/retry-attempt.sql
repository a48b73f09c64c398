-- Refused for the moment: another attempt later, twice as late each time (four times for a pair limit), with some chance in
-- it, never before Meta's Retry-After.
with answer as (
    select a.* from jsonb_to_record(cast(:?answer as jsonb))
        as a ("httpStatus" int, code int, reason text, "retryAfter" int)
), attempt as (
    update send_attempt a
    set state = 'retry', http_status = answer."httpStatus", code = answer.code, reason = answer.reason,
        advice = cast(:?advice as jsonb) ->> 'advice', finished_at = now(),
        next_at = now() + make_interval(secs => greatest(coalesce(answer."retryAfter", 0), (0.8 + 0.4 * random())
            * least(3600, cast(:?retryDelay as numeric)
                * case when cast(:?advice as jsonb) ->> 'action' = 'pair' then 4 else 2 end
                  ^ (least(cast(:?number as int), 20) - 1))))
    from answer where a.id = cast(:?attemptId as uuid) and a.state = 'sending'
    returning a.message_id, a.next_at
), waits as (
    update outbox o set due_at = attempt.next_at, lease_until = null from attempt where o.message_id = attempt.message_id
)
update message m set status = 'queued' from attempt where m.id = attempt.message_id and m.wamid is null
