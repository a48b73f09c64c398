-- Step webhook: its address, the handshake as Meta does it, what is registered with the app, and whether anything came.
select keep_checks(cast(:?mode as text), 'webhook', jsonb_build_array(
    jsonb_build_object('check', 'callback-public',
        'state', case when cast(a.facts ->> 'isPublic' as boolean) then 'passed' when cast(a.facts ->> 'graphIsLocal' as boolean) then 'warning' else 'failed' end,
        'evidence', a.facts ->> 'callbackUrl',
        'mend', 'Set whatsapp.public-url to an https address that Meta can reach. The simulator reaches this one.'),
    jsonb_build_object('check', 'handshake',
        'state', case when cast(a.facts ->> 'handshake' as boolean) then 'passed' else 'failed' end,
        'evidence', a.facts ->> 'handshakeEvidence',
        'mend', 'The address leads elsewhere, or something between changes the answer.'))
    || unanswered(a.subscriptions, jsonb_build_array(
    jsonb_build_object('check', 'callback-registered',
        'state', case when registered.url = a.facts ->> 'callbackUrl' then 'passed' else 'failed' end,
        'evidence', case when registered.url is not null then 'GET /{app}/subscriptions names ' || registered.url || '.'
                         else 'GET /{app}/subscriptions: ' || coalesce(a.subscriptions ->> 'details', a.subscriptions ->> 'fault', 'no callback for whatsapp_business_account.') end,
        'mend', 'In the app dashboard, WhatsApp, Configuration, set callback URL and verify token.'),
    jsonb_build_object('check', 'field-messages',
        'state', case when registered.messages then 'passed' else 'failed' end,
        'evidence', case when registered.messages then 'The app subscribes to the field messages.' else 'The app does not subscribe to the field messages.' end,
        'mend', 'In the app dashboard, WhatsApp, Configuration, subscribe to messages.')))
    || jsonb_build_array(
    jsonb_build_object('check', 'event-received',
        'state', case when seen.at is not null then 'passed' else 'waiting' end,
        'evidence', case when seen.at is not null then 'The last signed event came at ' || iso(seen.at) || '.'
                         else 'Never received.' || coalesce(' A test delivery of our own came at ' || iso(test.at) || '.', '') || coalesce(' Refused at ' || iso(refused.at) || ': ' || refused.reason, '') end,
        'mend', 'Press Test beside messages in the app dashboard, or write to the number.')))
from (select cast(:?facts as jsonb) as facts, cast(:?subscriptions as jsonb) as subscriptions) as a
left join lateral (
    select s ->> 'callback_url' as url,
           exists (select 1 from jsonb_array_elements(coalesce(s -> 'fields', '[]')) as f where coalesce(f ->> 'name', cast(f as text)) in ('messages', '"messages"')) as messages
    from jsonb_array_elements(coalesce(a.subscriptions -> 'body' -> 'data', '[]')) as s
    where s ->> 'object' = 'whatsapp_business_account' limit 1) as registered on true
left join webhook_sign seen on seen.mode = cast(:?mode as text) and seen.kind = 'event'
left join webhook_sign test on test.mode = cast(:?mode as text) and test.kind = 'test'
left join webhook_sign refused on refused.mode = cast(:?mode as text) and refused.kind = 'refused'
