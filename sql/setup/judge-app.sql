-- Step app: what the Graph API says of the token's app, and whether it takes our app secret.
select keep_checks(cast(:?mode as text), 'app', unanswered(a.token, jsonb_build_array(
    jsonb_build_object('check', 'app-found',
        'state', case when a.data ->> 'app_id' is not null then 'passed' else 'failed' end,
        'evidence', case when a.data ->> 'app_id' is not null
                         then format('GET /debug_token names app %s, "%s".', a.data ->> 'app_id', a.data ->> 'application')
                         else 'GET /debug_token: ' || coalesce(a.token ->> 'details', a.token ->> 'fault', 'no app in the answer.') end,
        'mend', 'Take the access token from a system user of your app, or check the address of the Graph API.'),
    jsonb_build_object('check', 'app-id-fits',
        'state', case when a.data ->> 'app_id' = cast(:?appId as text) then 'passed' else 'failed' end,
        'evidence', format('whatsapp.app-id is %s, the token belongs to app %s.', cast(:?appId as text), coalesce(a.data ->> 'app_id', 'unknown')),
        'mend', 'Set whatsapp.app-id to the id of the app that the token belongs to.')))
    || unanswered(a.subscriptions, jsonb_build_array(
    jsonb_build_object('check', 'app-secret-fits',
        'state', case when cast(a.subscriptions ->> 'ok' as boolean) then 'passed' else 'failed' end,
        'evidence', case when cast(a.subscriptions ->> 'ok' as boolean) then 'The Graph API takes the app secret for this app.'
                         else 'GET /{app}/subscriptions: ' || coalesce(a.subscriptions ->> 'details', a.subscriptions ->> 'fault') end,
        'mend', 'Copy the app secret from the app dashboard, Settings, Basic.'))))
from (select cast(:?token as jsonb) as token, cast(:?token as jsonb) -> 'body' -> 'data' as data, cast(:?subscriptions as jsonb) as subscriptions) as a
