-- A try that failed: another one when it is due, or none any more.
update media m
set error = cast(:?fault as text),
    state = case when m.attempts >= cast(:?maxAttempts as int) then 'failed' else 'pending' end,
    due_at = now() + make_interval(secs => least(3600, cast(:?retryDelay as int) * 4 ^ (m.attempts - 1)))
where m.id = cast(:?mediaId as uuid) and m.state = 'pending'
