-- Step subscription: without it nothing is delivered although the callback verified.
select keep_checks(cast(:?mode as text), 'subscription', jsonb_build_array(
    jsonb_build_object('check', 'app-subscribed',
        'state', case when ours.found then 'passed' else 'failed' end,
        'evidence', case when not cast(a.apps ->> 'ok' as boolean) then 'GET /subscribed_apps: ' || coalesce(a.apps ->> 'details', a.apps ->> 'fault')
                         else format('GET /%s/subscribed_apps lists %s, %s ours, %s.', cast(:?wabaId as text), coalesce(ours.names, 'no app'),
                                     case when ours.found then 'with' else 'without' end, cast(:?appId as text)) end,
        'mend', 'Subscribe the app to the business account. It changes nothing for other apps.'),
    jsonb_build_object('check', 'callback-in-force',
        'state', case when not ours.found then 'failed' when ours.override is null or ours.override = cast(:?callbackUrl as text) then 'passed' else 'failed' end,
        'evidence', case when ours.override is null then 'Nothing on the account overrides the callback of the app.' else 'The account overrides the callback with ' || ours.override || '.' end,
        'mend', 'Subscribe again: it removes the override.')))
from (select cast(:?apps as jsonb) as apps) as a
cross join lateral (
    select string_agg('"' || coalesce(e -> 'whatsapp_business_api_data' ->> 'name', 'nameless') || '"', ', ') as names,
           coalesce(bool_or(e -> 'whatsapp_business_api_data' ->> 'id' = cast(:?appId as text)), false) as found,
           max(e ->> 'override_callback_uri') filter (where e -> 'whatsapp_business_api_data' ->> 'id' = cast(:?appId as text)) as override
    from jsonb_array_elements(coalesce(a.apps -> 'body' -> 'data', '[]')) as e) as ours
