-- Files that could not be fetched, by their age: of the older ones nobody can get anything any more.
drop index media_failed;
create index media_failed on media (created_at) where state = 'failed';
