-- The customer wrote: the 24-hour window of this contact and number counts from the customer's own timestamp.
insert into service_window (contact_id, phone_number_id, last_customer_at)
select r.contact_id, r.phone_number_id, max(least(r.at, now()))
from json_to_recordset(cast(:?messages as json))
    as r (contact_id bigint, phone_number_id text, at timestamptz, type text, stored boolean)
where r.stored and r.contact_id is not null and r.type is distinct from 'system'
group by r.contact_id, r.phone_number_id
order by r.contact_id, r.phone_number_id
on conflict (contact_id, phone_number_id) do update
set last_customer_at = greatest(service_window.last_customer_at, excluded.last_customer_at)
