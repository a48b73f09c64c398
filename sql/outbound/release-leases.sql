-- After a start with a database that only this process uses: nobody holds the claims of the process before.
update outbox set lease_until = null where lease_until is not null
