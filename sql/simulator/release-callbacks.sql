-- At the start, with a database that only this process uses: what the process before had claimed, or was waiting to try again,
-- is due now.
update simulator_callback set due_at = now() where tries > 0 and due_at > now()
