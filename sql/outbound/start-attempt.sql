-- The attempt's row, before the call. Nothing comes back when the mode has changed since the claim (the lock on its row makes a
-- change wait for us and us see it) or the claim is no longer ours: then there is no call.
with mode as (
    select s.value from setting s where s.key = 'whatsapp.mode' for share
), send as (
    select m.id, m.type, m.recipient, m.payload, m.media_id, m.phone_number_id, m.mode, o.attempts,
           (select to_char((w.last_customer_at + interval '24 hours') at time zone 'UTC', 'YYYY-MM-DD"T"HH24":"MI":"SS"Z"')
            from service_window w where w.contact_id = m.contact_id and w.phone_number_id = m.phone_number_id
              and w.last_customer_at < now() - interval '24 hours') as window_closed_at
    from outbox o join message m on m.id = o.message_id join mode on mode.value = o.mode
    where o.message_id = cast(:?messageId as bigint) and o.claim = cast(:?claim as uuid) and o.lease_until > now()
      and not exists (select 1 from send_attempt a where a.message_id = o.message_id and a.state = 'sending')
    for update of o
), attempt as (
    insert into send_attempt (message_id, number, state, mode, base_url)
    select send.id, 1 + coalesce((select max(a.number) from send_attempt a where a.message_id = send.id), 0), 'sending',
           send.mode, cast(:?baseUrl as text)
    from send
    returning id, message_id, number
), counted as (
    update outbox o set attempts = o.attempts + 1,
        lease_until = now() + make_interval(secs => cast(:?lease as int)
            + case when send.media_id is null then 0 else cast(:?uploadTimeout as int) / 1000 end)
    from send where o.message_id = send.id
), shown as (
    update message m set status = 'sending' from send where m.id = send.id
)
select cast(jsonb_build_object('attemptId', attempt.id, 'number', send.attempts + 1, 'messageId', send.id, 'type', send.type,
    'mode', send.mode, 'phoneNumberId', send.phone_number_id, 'recipient', send.recipient, 'payload', send.payload,
    'mediaId', send.media_id, 'windowClosedAt', send.window_closed_at) as text) as send
from send join attempt on attempt.message_id = send.id
