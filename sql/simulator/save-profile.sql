-- Changes the simulated business profile; an empty text or list clears a field.
with wanted as (
    select cast(:?change as jsonb) - 'messaging_product' - 'profile_picture_handle' as fields,
           cast(:?change as jsonb) ->> 'profile_picture_handle' as handle
), given as (
    select wanted.fields, u.media
    from wanted left join simulator_upload u on u.handle = wanted.handle
)
insert into simulator_profile as p (phone_number_id, profile, picture)
select cast(:?number as text), cast('{"about": "Hey there! I am using WhatsApp.", "vertical": "OTHER"}' as jsonb) || given.fields, given.media
from given
on conflict (phone_number_id) do update
set profile = (select coalesce(jsonb_object_agg(f.key, f.value), '{}') from jsonb_each(p.profile || (select fields from given)) as f
               where f.value not in ('""', '[]')),
    picture = coalesce(excluded.picture, p.picture)
returning p.phone_number_id
