-- One index for a wamid instead of two: with the wamid first it serves the look-up by wamid alone too.
create unique index message_wamid_number on message (wamid, phone_number_id);
drop index message_wamid;
drop index message_by_wamid;
alter index message_wamid_number rename to message_wamid;

-- Most messages of ours change their status three times: room in the page keeps these changes out of the indexes (HOT).
alter table message set (fillfactor = 70);
