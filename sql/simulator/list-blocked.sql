-- Whom the business has blocked, latest first.
select cast(coalesce(jsonb_agg(c.customer order by c.blocked_at desc, c.customer), '[]') as text)
from simulator_customer c where c.blocked_at is not null
