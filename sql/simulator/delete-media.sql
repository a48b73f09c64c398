-- Forgets a file; no row when there is none, or not of the number asked for.
delete from simulator_media m
where m.id = :?id and m.phone_number_id = coalesce(nullif(:?number, ''), m.phone_number_id)
returning m.id
