-- Waits for a batch of statuses that is joining the same message; what follows sees what it has written.
select m.id from message m where m.id = cast(:?messageId as bigint) for update
