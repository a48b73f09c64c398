-- What the API's lists read, newest first: messages without a filter.
create index message_latest on message (sent_at desc, id desc);

-- What health counts: both are few.
create index media_failed on media (id) where state = 'failed';
create index message_unknown on message (id) where status = 'unknown';
