-- The simulated business profile: the fields that are asked for, those that have nothing left out.
with known as (
    select coalesce(p.profile, '{"about": "Hey there! I am using WhatsApp.", "vertical": "OTHER"}')
           || case when p.picture is null then cast('{}' as jsonb)
                   else jsonb_build_object('profile_picture_url', cast(:?baseUrl as text) || '/whatsapp_business/pictures/?mid=' || p.picture) end
           as profile
    from (values (cast(:?number as text))) as asked (number) left join simulator_profile p on p.phone_number_id = asked.number
)
select cast(jsonb_build_object('data', jsonb_build_array((
    select coalesce(jsonb_object_agg(f.key, f.value), '{}') || jsonb_build_object('messaging_product', 'whatsapp')
    from jsonb_each(known.profile) as f
    where f.key = any (string_to_array(replace(cast(:?fields as text), ' ', ''), ','))))) as text)
from known
