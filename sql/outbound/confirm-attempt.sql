-- Between the upload of a file and the call: nothing comes back when the mode has changed meanwhile or the attempt has been given
-- up; else the lease begins anew.
with mode as (
    select s.value from setting s where s.key = 'whatsapp.mode' for share
), leased as (
    update outbox o
    set lease_until = now() + make_interval(secs => cast(:?lease as int))
    from send_attempt a, mode
    where a.id = cast(:?attemptId as uuid) and a.state = 'sending' and o.message_id = a.message_id and mode.value = o.mode
    returning o.message_id, o.contact_id, o.phone_number_id, o.mode, o.lease_until
), held as (
    update outbox_contact c set due_at = leased.lease_until
    from leased where (c.contact_id, c.phone_number_id, c.mode) = (leased.contact_id, leased.phone_number_id, leased.mode)
)
select message_id from leased
