-- At the start, with a database that only this process uses: what the process before had claimed is free again, and the lease of
-- every call that it had begun has ended.
update outbox
set lease_until = case when exists (select 1 from send_attempt a where a.message_id = outbox.message_id and a.state = 'sending')
                       then now() - interval '1 second' end,
    claim = null
where lease_until is not null
