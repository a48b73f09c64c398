-- The test message that the set-up follows from here on.
insert into setup_test (mode, message_id)
values (cast(:?mode as text), cast(cast(:?accepted as jsonb) ->> 'id' as bigint))
on conflict (mode) do update set message_id = excluded.message_id, at = now()
