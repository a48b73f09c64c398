-- An agent of the sample conversations goes when simulated data is removed, unless something real has come to be theirs.
alter table agent add column simulated boolean not null default false;
