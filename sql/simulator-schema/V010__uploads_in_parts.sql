-- The simulator alone: what has come of a resumable upload, until all of it is there.
alter table simulator_upload add column content bytea not null default '';
