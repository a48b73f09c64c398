-- Refused for good: shown with Meta's code and details and what to do about it. Also of an attempt that is unknown because its lease
-- ended before this could be recorded: Meta's answer is certain.
with ended as (
    select e."attemptId" as attempt_id, e.advice ->> 'advice' as advice, a."httpStatus" as http_status, a.code, a.title, a.reason
    from jsonb_to_recordset(cast(:?ends as jsonb)) as e ("attemptId" uuid, advice jsonb, answer jsonb)
    cross join lateral jsonb_to_record(e.answer) as a ("httpStatus" int, code int, title text, reason text)
), attempt as (
    update send_attempt a
    set state = 'failed', http_status = ended.http_status, code = ended.code, reason = ended.reason, advice = ended.advice,
        finished_at = now()
    from ended where a.id = ended.attempt_id and a.state not in ('accepted', 'retry', 'failed')
    returning a.message_id, a.number, ended.code, ended.title, ended.reason, ended.advice
), latest as (      -- when a person has asked for another attempt since, that one counts
    select attempt.*
    from attempt cross join lateral (select found.* from message found where found.id = attempt.message_id limit 1) as m
    where m.wamid is null and m.status in ('sending', 'unknown')
      and not exists (select 1 from send_attempt later where later.message_id = attempt.message_id and later.number > attempt.number)
), done as (
    delete from outbox o where o.message_id = any (array(select latest.message_id from latest))
)
update message m
set status = 'failed', error = jsonb_build_object('code', latest.code, 'title', latest.title, 'details', latest.reason,
                                                   'advice', latest.advice)
from latest
where m.id = latest.message_id
