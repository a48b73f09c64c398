-- Step test-message: how far the message has come, and whether its receiver has answered. Nothing before one was sent.
select keep_checks(cast(:?mode as text), 'test-message', jsonb_build_array(
    jsonb_build_object('check', 'accepted',
        'state', case when m.wamid is not null then 'passed' when m.status in ('failed', 'unknown') then 'failed' else 'waiting' end,
        'evidence', case when m.wamid is not null then 'Meta took it: ' || m.wamid when m.error is not null
                         then concat_ws(' ', m.error ->> 'code', coalesce(m.error ->> 'details', m.error ->> 'title')) else 'It is ' || m.status || '.' end,
        'mend', coalesce(m.error ->> 'advice', 'Look at the message.')),
    jsonb_build_object('check', 'delivered',
        'state', case when m.status in ('delivered', 'read', 'played') then 'passed' when m.status = 'failed' then 'failed' else 'waiting' end,
        'evidence', case when m.status = 'failed' then concat_ws(' ', m.error ->> 'code', coalesce(m.error ->> 'details', m.error ->> 'title'))
                         else 'The last status is ' || m.status || '.' end,
        'mend', 'Statuses come by the webhook: check the steps webhook and subscription.'),
    jsonb_build_object('check', 'answered',
        'state', case when reply.sent_at is not null then 'passed' else 'waiting' end,
        'evidence', case when reply.sent_at is not null then 'An answer came at ' || iso(reply.sent_at) || '.' else 'None yet.' end,
        'mend', 'Answer the message from that phone.')))
from setup_test t
join message m on m.id = t.message_id
left join lateral (
    select r.sent_at from message r
    where r.contact_id = m.contact_id and r.direction = 'inbound' and r.sent_at >= t.at - interval '2 seconds' order by r.sent_at desc, r.id desc limit 1) as reply on true
where t.mode = cast(:?mode as text)
