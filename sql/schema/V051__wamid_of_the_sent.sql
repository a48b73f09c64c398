-- Only messages that have a wamid are found by it. Each of ours was in this index without one from its queueing to its call, and what
-- asked for those read all that came since the last vacuum.
create unique index message_wamid_known on message (wamid, phone_number_id) where wamid is not null;
drop index message_wamid;
alter index message_wamid_known rename to message_wamid;
