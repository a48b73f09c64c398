-- A call that began and whose end nobody recorded until its lease ended - the process was killed - may have reached Meta: it is
-- unknown and is not repeated by itself. A status that carries the attempt's id, or a person, resolves it. What another replica
-- is working on is left to it, and one whose message somebody has locked comes later: it is in no other's way.
with ended as (
    select a.id, a.message_id
    from send_attempt a join outbox o on o.message_id = a.message_id
    where a.state = 'sending' and o.lease_until < now()
    order by a.message_id
    for update of a, o skip locked
), left_over as (      -- a status of an earlier attempt took the row of the outbox: longer than any lease ago
    select a.id, a.message_id
    from send_attempt a
    where a.state = 'sending' and a.started_at < now() - interval '10 minutes'
      and not exists (select 1 from outbox o where o.message_id = a.message_id)
    order by a.message_id
    for update skip locked
), over as (
    select o.id
    from (select id, message_id from ended union select id, message_id from left_over) as o
    cross join lateral (select m.id from message m where m.id = o.message_id limit 1 for no key update skip locked) as m
), expired as (
    update send_attempt a
    set state = 'unknown', finished_at = now(), reason = 'Nobody recorded the end of the call: the process was ended.',
        advice = 'It may have been sent: wait for a status, or ask the customer, before sending again.'
    from over
    where a.id = over.id
    returning a.message_id
), done as (
    delete from outbox o where o.message_id = any (array(select expired.message_id from expired))
)
update message m set status = 'unknown'
from expired
where m.id = expired.message_id and m.wamid is null
