-- Whom the business has written to by a template, without a message of theirs in the 24 hours before: at most so many in 24 hours.
alter table simulator_customer add column initiated_at timestamptz;
create index simulator_customer_initiated on simulator_customer (initiated_at) where initiated_at is not null;
