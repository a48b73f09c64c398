-- What came and what goes is kept as its text is: nothing searches in it, and to be taken apart into jsonb is the larger part of
-- the cost of storing it.
alter table message alter column payload type json;
alter table message_status alter column payload type json;
