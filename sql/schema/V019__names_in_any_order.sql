-- Which message told each name of a contact, as a text that sorts by time, then wamid: names of two messages that come in another order,
-- or that share a second, end up the same.
alter table contact add column told jsonb not null default '{}';
update contact c set told = jsonb_strip_nulls(jsonb_build_object('wa_id', told.at_wa_id, 'user_id', told.at_user_id,
    'parent_user_id', told.at_parent_user_id, 'username', told.at_username, 'profile_name', told.at_profile_name))
from (
    select id, case when wa_id is not null then mark end as at_wa_id, case when user_id is not null then mark end as at_user_id,
           case when parent_user_id is not null then mark end as at_parent_user_id, case when username is not null then mark end as at_username,
           case when profile_name is not null then mark end as at_profile_name
    from (select id, wa_id, user_id, parent_user_id, username, profile_name, profile_at,
                 to_char(profile_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') as mark from contact) as marked
    where profile_at is not null
) as told
where told.id = c.id;
alter table contact drop column profile_at;

-- Whether a name is told, and by a newer message than before; null when it is not told.
create function is_newer(told jsonb, before jsonb, name text) returns boolean
    language sql immutable as $$
        select (told ->> name) >= coalesce(before ->> name, '')
    $$;

-- The message of the preview, for two that share a second.
alter table ticket add column last_wamid text;
