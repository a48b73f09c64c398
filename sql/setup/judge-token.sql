-- Step token: whether it is valid, for how long, and for what.
select keep_checks(cast(:?mode as text), 'token', unanswered(a.token, jsonb_build_array(
    jsonb_build_object('check', 'token-valid',
        'state', case when cast(a.data ->> 'is_valid' as boolean) then 'passed' else 'failed' end,
        'evidence', case when a.data ->> 'is_valid' is not null then format('is_valid %s, type %s.', a.data ->> 'is_valid', coalesce(a.data ->> 'type', 'not given'))
                         else 'GET /debug_token: ' || coalesce(a.token ->> 'details', a.token ->> 'fault', 'no answer.') end,
        'mend', 'Make another token for a system user and set whatsapp.access-token.'),
    jsonb_build_object('check', 'token-lasts',
        'state', case when a.expires = 0 then 'passed' when a.expires is null or a.expires <= extract(epoch from now()) then 'failed' else 'warning' end,
        'evidence', case when a.expires = 0 then 'expires_at 0: never.' when a.expires is null then 'expires_at is not given.'
                         else 'expires_at ' || iso(to_timestamp(a.expires)) || '.' end,
        'mend', 'Use a permanent token of a system user: one of the dashboard ends within a day, one of a person within 60.'),
    jsonb_build_object('check', 'token-permissions',
        'state', case when a.scopes @> '["whatsapp_business_messaging", "whatsapp_business_management"]' then 'passed' else 'failed' end,
        'evidence', 'scopes: ' || coalesce((select string_agg(s, ', ' order by s) from jsonb_array_elements_text(a.scopes) as s), 'none') || '.',
        'mend', 'Make a token with whatsapp_business_messaging and whatsapp_business_management.'))))
from (select cast(:?token as jsonb) as token, d.data, cast(d.data ->> 'expires_at' as bigint) as expires, coalesce(d.data -> 'scopes', '[]') as scopes
      from (select cast(:?token as jsonb) -> 'body' -> 'data' as data) as d) as a
