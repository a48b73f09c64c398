-- Keeps what the Graph API said of the number and of the business account that owns it. Returns it as the API shows it, also when there
-- was no good answer.
with reply as (
    select cast(:?reply as jsonb) as number, cast(:?reply as jsonb) -> 'body' as n, cast(:?account as jsonb) as account
), state as (
    select case when cast(reply.number ->> 'ok' as boolean) then
                    case when coalesce(reply.n ->> 'status', 'CONNECTED') = 'CONNECTED'
                              and coalesce(reply.n -> 'health_status' ->> 'can_send_message', 'AVAILABLE') <> 'BLOCKED' then 'ok' else 'misconfigured' end
                when reply.number ->> 'code' in ('4', '613', '80007', '80008', '130429') then 'throttled'
                when reply.number ->> 'status' is null or cast(reply.number ->> 'status' as int) >= 500 then 'down'
                else 'misconfigured' end as state,
           case when not cast(reply.number ->> 'ok' as boolean)
                then coalesce(reply.number ->> 'details', reply.number ->> 'fault', 'HTTP ' || (reply.number ->> 'status')) end as fault
    from reply
), saved as (
    insert into number_state (mode, phone_number_id, state, info, fault)
    select cast(:?mode as text), cast(:?phoneNumberId as text), state.state, reply.n, state.fault from reply cross join state
    on conflict (mode, phone_number_id) do update set state = excluded.state, fault = excluded.fault, checked_at = now(),
        info = case when excluded.fault is null then excluded.info else number_state.info end
)
select cast(jsonb_build_object('phoneNumberId', cast(:?phoneNumberId as text), 'displayPhoneNumber', r.n ->> 'display_phone_number',
    'verifiedName', r.n ->> 'verified_name', 'nameStatus', r.n ->> 'name_status', 'codeVerificationStatus', r.n ->> 'code_verification_status',
    'qualityRating', r.n ->> 'quality_rating', 'status', r.n ->> 'status', 'platformType', r.n ->> 'platform_type',
    'throughput', r.n -> 'throughput' ->> 'level', 'messagingLimit', r.n ->> 'whatsapp_business_manager_messaging_limit',
    'accountMode', r.n ->> 'account_mode', 'official', r.n -> 'is_official_business_account',
    'canSendMessage', r.n -> 'health_status' ->> 'can_send_message', 'health', coalesce(r.n -> 'health_status' -> 'entities', '[]'),
    'business', jsonb_build_object('id', cast(:?wabaId as text), 'name', r.account -> 'body' ->> 'name',
        'verificationStatus', r.account -> 'body' ->> 'business_verification_status',
        'reviewStatus', r.account -> 'body' ->> 'account_review_status',
        'fault', case when not cast(r.account ->> 'ok' as boolean) then coalesce(r.account ->> 'details', r.account ->> 'fault') end),
    'readAt', iso(now())) as text)
from reply r
