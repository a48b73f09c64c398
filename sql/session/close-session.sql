-- A logout.
delete from web_session where hash = cast(:?request as jsonb) ->> 'session'
