-- The first table.
create table message (id bigint primary key);
create index message_id on message (id);
