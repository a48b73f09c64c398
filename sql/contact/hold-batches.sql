-- Until the commit no batch of webhooks begins, and those under way are waited for: they may have the contact in hand that goes.
select cast(pg_advisory_xact_lock(hashtextextended('contact-merge', 0)) as text) as held
