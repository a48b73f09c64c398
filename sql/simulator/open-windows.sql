-- Customers wrote: the window of 24 hours begins anew for each of them, unless something newer of theirs was known. Who writes in a group
-- opens that of the group, and takes part in it; and whom an advertisement led here is remembered. Nobody hears those who are blocked.
with written as (
    select r.customer, to_timestamp(r.at) as at, r.referred, r.participant
    from jsonb_to_recordset(cast(:?written as jsonb)) as r (customer text, at bigint, referred boolean, participant text)
    where (select b.blocked_at from simulator_customer b where b.customer = coalesce(r.participant, r.customer)) is null
), joined as (
    insert into simulator_participant (group_id, customer)
    select distinct w.customer, w.participant from written w where w.participant is not null order by w.customer, w.participant
    on conflict do nothing
)
insert into simulator_customer as c (customer, wrote_at, referred_at)
select w.customer, max(w.at), max(w.at) filter (where w.referred)
from written w
group by w.customer order by w.customer
on conflict (customer) do update set wrote_at = greatest(c.wrote_at, excluded.wrote_at), referred_at = greatest(c.referred_at, excluded.referred_at)
