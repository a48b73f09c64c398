-- Keeps the profile as Meta has it, and notes what was changed elsewhere since the last reading. Returns it as the API shows it. Meta's
-- own documents disagree on whether the profile is wrapped in `business_profile`.
with told as (
    select coalesce(answer.entry -> 'business_profile', answer.entry, '{}') as entry
    from (select cast(:?reply as jsonb) -> 'body' -> 'data' -> 0 as entry) as answer
), profile as (
    select told.entry, jsonb_strip_nulls(jsonb_build_object(
        'about', nullif(told.entry ->> 'about', ''), 'address', nullif(told.entry ->> 'address', ''),
        'description', nullif(told.entry ->> 'description', ''), 'email', nullif(told.entry ->> 'email', ''),
        'vertical', nullif(told.entry ->> 'vertical', ''),
        'websites', case when jsonb_typeof(told.entry -> 'websites') = 'array' and told.entry -> 'websites' <> '[]'
                         then told.entry -> 'websites' end)) as fields
    from told
), before as (
    select s.profile from profile_snapshot s where s.mode = cast(:?mode as text) and s.phone_number_id = cast(:?phoneNumberId as text)
), outside as (
    insert into profile_change (mode, phone_number_id, result, changes)
    select cast(:?mode as text), cast(:?phoneNumberId as text), 'outside', different.changes
    from before cross join profile
    cross join lateral (
        select jsonb_agg(jsonb_build_object('field', f.name, 'from', before.profile -> f.name, 'to', profile.fields -> f.name) order by f.n) as changes
        from unnest(array['about', 'description', 'vertical', 'email', 'address', 'websites']) with ordinality as f (name, n)
        where before.profile -> f.name is distinct from profile.fields -> f.name) as different
    where different.changes is not null
), saved as (
    insert into profile_snapshot (mode, phone_number_id, profile)
    select cast(:?mode as text), cast(:?phoneNumberId as text), profile.fields from profile
    on conflict (mode, phone_number_id) do update set profile = excluded.profile, read_at = now()
)
select cast(jsonb_build_object('phoneNumberId', cast(:?phoneNumberId as text), 'about', p.fields -> 'about', 'address', p.fields -> 'address',
    'description', p.fields -> 'description', 'email', p.fields -> 'email', 'websites', coalesce(p.fields -> 'websites', '[]'),
    'vertical', p.fields -> 'vertical', 'hasPicture', coalesce(p.entry ->> 'profile_picture_url', '') <> '',
    'warnings', case when length(p.fields ->> 'description') > 256
                     then jsonb_build_array('The description has more than 256 characters. Meta''s documents disagree on 256 or 512.') else '[]' end,
    'readAt', iso(now())) as text)
from profile p
