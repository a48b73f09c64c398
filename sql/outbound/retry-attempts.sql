-- Refused for the moment: another attempt later, twice as late each time (four times for a pair limit), with some chance in
-- it, never before Meta's Retry-After. Only the contact waits. An attempt that is unknown because its lease ended before this could be
-- recorded goes back into the outbox: Meta's answer is certain.
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
    from ended where a.id = ended.attempt_id and a.state not in ('accepted', 'retry', 'failed')
    returning a.message_id, a.number, ended.number as attempts, a.next_at
), latest as (      -- when a person has asked for another attempt since, that one counts
    select attempt.message_id, attempt.attempts, attempt.next_at, m.status, m.contact_id, m.phone_number_id, m.mode
    from attempt cross join lateral (select found.* from message found where found.id = attempt.message_id limit 1) as m
    where m.wamid is null and m.status in ('sending', 'unknown')
      and not exists (select 1 from send_attempt later where later.message_id = attempt.message_id and later.number > attempt.number)
), waits as (
    update outbox o set due_at = latest.next_at, lease_until = null
    from latest where o.message_id = latest.message_id and latest.status = 'sending'
    returning o.contact_id, o.phone_number_id, o.mode, o.due_at
), comes_back as (
    insert into outbox (message_id, contact_id, phone_number_id, mode, due_at, attempts)
    select l.message_id, l.contact_id, l.phone_number_id, l.mode, l.next_at, l.attempts from latest l where l.status = 'unknown'
    order by l.message_id
    on conflict (message_id) do nothing
    returning contact_id, phone_number_id, mode, due_at
), contact_waits as (       -- a later send of the contact may be under way, or due: it comes after this one
    update outbox_contact c set due_at = case when late.back then greatest(c.due_at, late.due_at) else late.due_at end
    from (select r.contact_id, r.phone_number_id, r.mode, max(r.due_at) as due_at, bool_and(r.back) as back
          from (select contact_id, phone_number_id, mode, due_at, false as back from waits
                union all select contact_id, phone_number_id, mode, due_at, true from comes_back) as r group by 1, 2, 3) as late
    where (c.contact_id, c.phone_number_id, c.mode) = (late.contact_id, late.phone_number_id, late.mode)
)
update message m set status = 'queued' from latest where m.id = latest.message_id
