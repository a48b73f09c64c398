-- What lets a batch be stored at speed.

-- A stable function is planned with the statement that calls it, not run by itself for each message.
alter function message_progress(text, text) stable;

-- An index that names the status, if only in its condition, would make every change of a status write to all indexes of the
-- message. Sends whose end is unknown are found by their attempts, of which each is written twice.
drop index message_unknown;
create index send_attempt_unknown on send_attempt (message_id) where state = 'unknown';
