-- How many entries of a topic repeat a dead letter is counted in the row that an append locks in any case. In the ledger's row, an append
-- with a replay waited for every batch that was being committed, and webhooks waited behind it.
alter table log_head add column replays bigint not null default 0;
update log_head set replays = (select replays_appended from ledger) where topic = 'webhook';
drop view if exists ingest_ledger;      -- made again by R__api_shapes
alter table ledger drop column replays_appended;
