-- Takes what is due and may go, and writes the attempts before their calls, committed together: of each contact the oldest row
-- only, so that order is kept and a slow contact blocks nobody else; contacts in the order in which they are due; no more than
-- there are workers free here and than the rate of the number leaves to all replicas. Of the mode that holds now only: the lock
-- on its row makes a change of mode wait for us and us see it. Nothing is locked or written when nothing is due.
with allowed as (
    select s.value as mode, r.phone_number_id, clock_timestamp() as at,
           least(greatest(1, cast(:?rate as int) * 0.05), r.tokens
               + greatest(extract(epoch from clock_timestamp() - r.filled_at), 0) * cast(:?rate as int) * 0.95) as tokens
    from setting s cross join send_rate r
    where s.key = 'whatsapp.mode'
      and (r.tokens + extract(epoch from clock_timestamp() - r.filled_at) * cast(:?rate as int) * 0.95 >= 1
           or r.filled_at > clock_timestamp())      -- the clock was ahead: it is filled from now on
      and (select min(c.due_at) from outbox_contact c where c.mode = s.value and c.phone_number_id = r.phone_number_id) <= now()
    order by r.phone_number_id
    for share of s for update of r
), due as (
    select few.*
    from (
        select contact.*
        from allowed cross join lateral (
            select c.contact_id, c.phone_number_id, c.mode, c.due_at
            from outbox_contact c
            where c.mode = allowed.mode and c.phone_number_id = allowed.phone_number_id and c.due_at <= now()
            order by c.due_at, c.contact_id
            limit least(floor(allowed.tokens), cast(:?free as int))
            for update skip locked) as contact
        order by contact.due_at, contact.contact_id     -- no number waits behind the backlog of another
        limit cast(:?free as int)) as few
    limit 500                               -- tells the planner that they are few, so that it takes the indexes
), oldest as (
    select o.*
    from due cross join lateral (
        select o.message_id
        from outbox o
        where o.contact_id = due.contact_id and o.phone_number_id = due.phone_number_id and o.mode = due.mode
        order by o.message_id limit 1) as o
), leased as (
    update outbox o
    set attempts = o.attempts + 1,
        lease_until = now() + make_interval(secs => cast(:?lease as int)
            + case when m.media_id is null then 0 else cast(:?uploadTimeout as int) / 1000 end)
    from oldest cross join lateral (select found.media_id from message found where found.id = oldest.message_id limit 1) as m
    where o.message_id = oldest.message_id
      and not exists (select 1 from send_attempt a where a.message_id = o.message_id and a.state = 'sending')
    returning o.message_id, o.contact_id, o.phone_number_id, o.mode, o.attempts, o.lease_until
), held as (
    update outbox_contact c
    set due_at = coalesce(leased.lease_until, now() + make_interval(secs => cast(:?lease as int)))
    from due left join leased
      on (leased.contact_id, leased.phone_number_id, leased.mode) = (due.contact_id, due.phone_number_id, due.mode)
    where (c.contact_id, c.phone_number_id, c.mode) = (due.contact_id, due.phone_number_id, due.mode)
), taken as (
    update send_rate r
    set tokens = allowed.tokens - (select count(*) from leased where leased.phone_number_id = allowed.phone_number_id),
        filled_at = allowed.at
    from allowed where r.phone_number_id = allowed.phone_number_id
), attempt as (
    insert into send_attempt (message_id, number, state, mode, base_url)
    select leased.message_id,
           1 + coalesce((select max(a.number) from send_attempt a where a.message_id = leased.message_id), 0), 'sending',
           leased.mode, cast(:?baseUrls as jsonb) ->> leased.mode
    from leased
    returning id, message_id
), shown as (
    update message m set status = 'sending'
    from leased where m.id = leased.message_id
)
select cast(jsonb_build_object('attemptId', attempt.id, 'number', leased.attempts, 'messageId', m.id, 'type', m.type,
    'mode', m.mode, 'phoneNumberId', m.phone_number_id, 'recipient', m.recipient, 'payload', m.payload, 'mediaId', m.media_id,
    'windowClosedAt', (select to_char((w.last_customer_at + interval '24 hours') at time zone 'UTC', 'YYYY-MM-DD"T"HH24":"MI":"SS"Z"')
        from service_window w where w.contact_id = m.contact_id and w.phone_number_id = m.phone_number_id
          and w.last_customer_at < now() - interval '24 hours')) as text) as send
from leased join attempt on attempt.message_id = leased.message_id
cross join lateral (select found.* from message found where found.id = leased.message_id limit 1) as m
order by leased.message_id
