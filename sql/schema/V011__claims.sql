-- A claim of an outbox row has an owner: whoever holds an older one of the same row may no longer begin an attempt.
alter table outbox add column claim uuid;
