-- A call that began and whose end nobody recorded until its lease ended - the process was killed - may have reached Meta: it is
-- unknown and is not repeated by itself. A status that carries the attempt's id, or a person, resolves it. What another replica
-- is working on is left to it.
with ended as (
    select a.id
    from send_attempt a join outbox o on o.message_id = a.message_id
    where a.state = 'sending' and o.lease_until < now()
    order by a.message_id
    for update of a, o skip locked
), left_over as (      -- a status of an earlier attempt took the row of the outbox: longer than any lease ago
    select a.id
    from send_attempt a
    where a.state = 'sending' and a.started_at < now() - interval '10 minutes'
      and not exists (select 1 from outbox o where o.message_id = a.message_id)
    order by a.message_id
    for update skip locked
), expired as (
    update send_attempt a
    set state = 'unknown', finished_at = now(), reason = 'Nobody recorded the end of the call: the process was ended.',
        advice = 'It may have been sent: wait for a status, or ask the customer, before sending again.'
    from (select id from ended union select id from left_over) as over
    where a.id = over.id
    returning a.message_id
), done as (
    delete from outbox o using expired where o.message_id = expired.message_id
)
update message m set status = 'unknown'
from expired
where m.id = expired.message_id and m.wamid is null
