-- The mode, what waits for either side (counted for at most 10,000 contacts), and what is still under way to the side that is off.
select cast(cast(:?facts as jsonb) || jsonb_build_object(
    'waiting', (select jsonb_object_agg(b.mode, b.waiting) from outbox_backlog b),
    'inFlight', (select count(*) from send_attempt a
                 where a.state = 'sending' and a.mode <> cast(:?facts as jsonb) ->> 'mode')) as text)
