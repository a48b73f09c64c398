-- Takes what is due and may go, and writes the attempts before their calls, committed together: of each contact the oldest row
-- only, so that order is kept and a slow contact blocks nobody else; contacts in the order in which they are due; no more than
-- there are workers free here and than the rate of the number leaves to all replicas. Of the mode that holds now only: the lock
-- on its row makes a change of mode wait for us and us see it. And only once this process believes in it: until then its address
-- and token are not in force here. Nothing is locked or written when nothing is due. A contact whose message somebody has locked comes a
-- second later.
-- A look begins a little before the place to which the last one came, for some are committed after others that are due later; what
-- was committed later than that is found by the looks that are whole. Rows by their keys, whatever the planner believes of the queues.
with numbers as (
    select s.value as mode, r.phone_number_id, r.tokens, r.filled_at, begin.at as due_from, earliest.at as due_first
    from setting s cross join send_rate r
    cross join lateral (
        select case when cast(cast(:?whole as text) as boolean) or r.due_mode is distinct from s.value then '-infinity'
                    else r.due_from - interval '5 seconds' end as at) as begin
    cross join lateral (
        select c.due_at as at
        from outbox_contact c
        where c.queue = s.value || ' ' || r.phone_number_id and c.due_at between begin.at and now()
        order by c.due_at limit 1) as earliest
    where s.key = 'whatsapp.mode' and s.value = cast(:?believed as text)
      and (r.tokens + extract(epoch from clock_timestamp() - r.filled_at) * cast(:?rate as int) * 0.95 >= 1
           or r.filled_at > clock_timestamp())      -- the clock was ahead: it is filled from now on
    order by r.phone_number_id
    for share of s for update of r
), allowed as (     -- at the time when they are locked: what comes in while we wait would be taken once more by the next look
    select n.mode, n.phone_number_id, clock_timestamp() as at,
           least(greatest(1, cast(:?rate as int) * 0.05), n.tokens
               + greatest(extract(epoch from clock_timestamp() - n.filled_at), 0) * cast(:?rate as int) * 0.95) as tokens,
           n.due_from, n.due_first
    from numbers n
), due as (
    select few.*
    from (
        select contact.*
        from allowed cross join lateral (
            select c.contact_id, c.phone_number_id, c.mode, c.due_at
            from outbox_contact c
            where c.queue = allowed.mode || ' ' || allowed.phone_number_id and c.due_at between allowed.due_from and now()
            order by c.due_at
            limit least(floor(allowed.tokens), cast(:?free as int))
            for update skip locked) as contact
        order by contact.due_at, contact.contact_id     -- no number waits behind the backlog of another
        limit cast(:?free as int)) as few
    limit 500                               -- tells the planner that they are few, so that it takes the indexes
), oldest as (
    select o.*, free.id is null as locked
    from due cross join lateral (
        select o.place as message_id, o.contact_id, o.phone_number_id, o.mode
        from outbox o
        where o.contact_id = due.contact_id and o.phone_number_id = due.phone_number_id and o.mode = due.mode
        order by o.place limit 1) as o
    left join lateral (
        select m.id from message m where m.id = o.message_id limit 1 for no key update skip locked) as free on true
), leased as (
    update outbox o
    set attempts = o.attempts + 1,
        lease_until = now() + make_interval(secs => cast(:?lease as int)
            + case when m.media_id is null then 0 else cast(:?uploadTimeout as int) / 1000 end)
    from oldest cross join lateral (select found.media_id from message found where found.id = oldest.message_id limit 1) as m
    where o.message_id = any (array(select oldest.message_id from oldest where not oldest.locked)) and o.message_id = oldest.message_id
      and not exists (select 1 from send_attempt a where a.message_id = o.message_id and a.state = 'sending')
    returning o.message_id, o.contact_id, o.phone_number_id, o.mode, o.attempts, o.lease_until
), held as (
    update outbox_contact c
    set due_at = coalesce(
        (select leased.lease_until from leased
         where (leased.contact_id, leased.phone_number_id, leased.mode) = (c.contact_id, c.phone_number_id, c.mode)),
        now() + make_interval(secs => case when exists (select 1 from oldest
            where oldest.locked and (oldest.contact_id, oldest.phone_number_id, oldest.mode) = (c.contact_id, c.phone_number_id, c.mode))
            then 1 else cast(:?lease as int) end))
    where c.contact_id = any (array(select due.contact_id from due))
      and (select count(*) from due where (due.contact_id, due.phone_number_id, due.mode) = (c.contact_id, c.phone_number_id, c.mode)) > 0
), taken as (
    update send_rate r
    set tokens = allowed.tokens - (select count(*) from leased where leased.phone_number_id = allowed.phone_number_id),
        filled_at = allowed.at, due_from = allowed.due_first, due_mode = allowed.mode
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
