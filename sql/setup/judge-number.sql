-- Step number: whether the account has it, and how it does.
select keep_checks(cast(:?mode as text), 'number', unanswered(a.numbers, jsonb_build_array(
    jsonb_build_object('check', 'number-of-account',
        'state', case when listed.found then 'passed' else 'failed' end,
        'evidence', case when cast(a.numbers ->> 'ok' as boolean)
                         then format('GET /%s/phone_numbers lists %s number%s%s.', cast(:?wabaId as text), jsonb_array_length(listed.ids),
                                     case jsonb_array_length(listed.ids) when 1 then '' else 's' end, case when listed.found then ', ours among them' else ', and not ours, ' || cast(:?phoneNumberId as text) end)
                         else 'GET /phone_numbers: ' || coalesce(a.numbers ->> 'details', a.numbers ->> 'fault') end,
        'mend', 'Set whatsapp.waba-id and whatsapp.phone-number-id to what WhatsApp, API Setup in the app dashboard shows.')))
    || unanswered(a.number, jsonb_build_array(
    jsonb_build_object('check', 'number-connected',
        'state', case when not cast(a.number ->> 'ok' as boolean) then 'failed' when a.n ->> 'status' = 'CONNECTED' then 'passed'
                      when a.n ->> 'status' is null then 'warning' else 'failed' end,
        'evidence', case when cast(a.number ->> 'ok' as boolean) then format('%s: status %s.', a.n ->> 'display_phone_number', coalesce(a.n ->> 'status', 'not given'))
                         else coalesce(a.number ->> 'details', a.number ->> 'fault') end,
        'mend', 'Register the number for the Cloud API.'),
    jsonb_build_object('check', 'number-verified',
        'state', case when not cast(a.number ->> 'ok' as boolean) then 'failed' when a.n ->> 'code_verification_status' = 'VERIFIED' then 'passed' else 'warning' end,
        'evidence', 'code_verification_status ' || coalesce(a.n ->> 'code_verification_status', 'not given') || '.',
        'mend', 'Verify the number by SMS or call in WhatsApp Manager.'),
    jsonb_build_object('check', 'display-name',
        'state', case when not cast(a.number ->> 'ok' as boolean) then 'failed'
                      when a.n ->> 'name_status' in ('APPROVED', 'AVAILABLE_WITHOUT_REVIEW') then 'passed' else 'warning' end,
        'evidence', format('"%s": name_status %s.', coalesce(a.n ->> 'verified_name', 'no name'), coalesce(a.n ->> 'name_status', 'not given')),
        'mend', 'Sending works; the name shows after the review.'))))
from (select cast(:?numbers as jsonb) as numbers, cast(:?number as jsonb) as number, cast(:?number as jsonb) -> 'body' as n) as a
cross join lateral (
    select coalesce(jsonb_agg(e ->> 'id'), '[]') as ids, coalesce(bool_or(e ->> 'id' = cast(:?phoneNumberId as text)), false) as found
    from jsonb_array_elements(coalesce(a.numbers -> 'body' -> 'data', '[]')) as e) as listed
