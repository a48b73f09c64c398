-- Makes every business number that a batch names known. One that nobody configured stays `unknown`.
-- Returns the new ones.
insert into channel (phone_number_id, display_phone_number, waba_id)
select r.phone_number_id, r.display_phone_number, r.waba_id
from json_to_recordset(cast(:?channels as json)) as r (phone_number_id text, display_phone_number text, waba_id text)
order by r.phone_number_id
on conflict (phone_number_id) do nothing
returning phone_number_id
