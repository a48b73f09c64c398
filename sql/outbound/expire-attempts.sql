-- A call that began and whose end nobody recorded until its lease ended - the process was killed - may have reached Meta: it is
-- unknown and is not repeated by itself. A status that carries the attempt's id, or a person, resolves it. What another replica
-- is working on is left to it.
with ended as (
    select a.id
    from send_attempt a join outbox o on o.message_id = a.message_id
    where a.state = 'sending' and o.lease_until < now()
    order by a.message_id
    for update of a, o skip locked
), expired as (
    update send_attempt a
    set state = 'unknown', finished_at = now(), reason = 'Nobody recorded the end of the call: the process was ended.',
        advice = 'It may have been sent: wait for a status, or ask the customer, before sending again.'
    from ended
    where a.id = ended.id
    returning a.message_id
), done as (
    delete from outbox o using expired where o.message_id = expired.message_id
)
update message m set status = 'unknown'
from expired
where m.id = expired.message_id and m.wamid is null
