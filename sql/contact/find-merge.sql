-- The suggestion that is to be accepted, with its contacts locked. No row when there is none, or it was settled.
select cast(jsonb_build_object('id', s.id, 'keep', s.contact_id, 'gone', s.other_contact_id) as text) as merge
from merge_suggestion s
join contact kept on kept.id = s.contact_id
join contact gone on gone.id = s.other_contact_id
where s.id = id_of(cast(:?request as jsonb) ->> 'id') and s.dismissed_at is null
for update
