-- The mode, what waits for either side, and what is still under way to the side that is off.
select cast(cast(:?facts as jsonb) || jsonb_build_object(
    'waiting', (select jsonb_build_object('mock', coalesce(sum(c.waiting) filter (where c.mode = 'mock'), 0),
                                          'real', coalesce(sum(c.waiting) filter (where c.mode = 'real'), 0)) from outbox_contact c),
    'inFlight', (select count(*) from send_attempt a
                 where a.state = 'sending' and a.mode <> cast(:?facts as jsonb) ->> 'mode')) as text)
