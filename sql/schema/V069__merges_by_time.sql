-- Pages of pairs that may be one person are read by time, however many there are.
create index merge_suggestion_open on merge_suggestion (created_at desc, id desc) where dismissed_at is null;
