-- The mode, what waits for either side, and what is still under way to the side that is off.
select cast(cast(:?facts as jsonb) || jsonb_build_object(
    'waiting', (select jsonb_build_object('mock', count(*) filter (where o.mode = 'mock'),
                                          'real', count(*) filter (where o.mode = 'real')) from outbox o),
    'inFlight', (select count(*) from send_attempt a
                 where a.state = 'sending' and a.mode <> cast(:?facts as jsonb) ->> 'mode')) as text)
