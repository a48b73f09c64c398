-- Makes the partitions of the log for today and the coming week. Returns how many.
select make_log_partitions('webhook', today.day, today.day + 7) + make_log_partitions('events', today.day, today.day + 7) as made
from (select cast(now() at time zone 'UTC' as date) as day) as today
