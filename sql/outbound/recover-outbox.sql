-- At the start, with a database that only this process uses: the lease of every call that the process before had begun has
-- ended, and what else it had claimed is due.
with free as (
    update outbox o
    set lease_until = case when exists (select 1 from send_attempt a where a.message_id = o.message_id and a.state = 'sending')
                           then now() - interval '1 second' end
    where o.lease_until is not null
    returning o.contact_id, o.phone_number_id, o.mode, o.due_at
)
update outbox_contact c set due_at = free.due_at
from free
where (c.contact_id, c.phone_number_id, c.mode) = (free.contact_id, free.phone_number_id, free.mode)
