-- Where the next look of a claim may begin: the earliest time at which anything of the number was due at the last one that found
-- something, of the mode that held then. What lies before it has gone; while somebody's transaction stays open, it lies there as
-- dead entries of the index, one or two for each send, and every look would read them all.
alter table send_rate
    add column due_from timestamptz not null default '-infinity',
    add column due_mode text;
