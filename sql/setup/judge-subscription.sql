-- Step subscription: without it nothing is delivered although the callback verified.
select keep_checks(cast(:?mode as text), 'subscription', unanswered(a.apps, jsonb_build_array(
    jsonb_build_object('check', 'app-subscribed',
        'state', case when ours.found then 'passed' else 'failed' end,
        'evidence', case when not cast(a.apps ->> 'ok' as boolean) then 'GET /subscribed_apps: ' || coalesce(a.apps ->> 'details', a.apps ->> 'fault')
                         else format('GET /%s/subscribed_apps lists %s; ours, %s, is %s.', cast(:?wabaId as text), coalesce(ours.names, 'no app'),
                                     cast(:?appId as text), case when ours.found then 'among them' else 'missing' end) end,
        'mend', 'Subscribe the app to the business account. It changes nothing for other apps.'),
    jsonb_build_object('check', 'callback-in-force',
        'state', case when not ours.found then 'failed' when ours.override is null or ours.override = cast(:?callbackUrl as text) then 'passed' else 'failed' end,
        'evidence', case when not ours.found then 'Without the subscription nothing is called.'
                         when ours.override is null then 'Nothing on the account overrides the callback of the app.' else 'The account overrides the callback with ' || ours.override || '.' end,
        'mend', case when ours.found then 'Subscribe again: it removes the override.' else 'Subscribe the app.' end))))
from (select cast(:?apps as jsonb) as apps) as a
cross join lateral (
    select string_agg('"' || coalesce(e -> 'whatsapp_business_api_data' ->> 'name', 'nameless') || '"', ', ') as names,
           coalesce(bool_or(e -> 'whatsapp_business_api_data' ->> 'id' = cast(:?appId as text)), false) as found,
           max(e ->> 'override_callback_uri') filter (where e -> 'whatsapp_business_api_data' ->> 'id' = cast(:?appId as text)) as override
    from jsonb_array_elements(coalesce(a.apps -> 'body' -> 'data', '[]')) as e) as ours
