-- Drops the days of the log that are older than the retention and read to the end. Returns how many.
select drop_log_partitions('webhook', old.before) + drop_log_partitions('events', old.before) as dropped
from (select now() - make_interval(days => cast(:?retentionDays as int)) as before) as old
