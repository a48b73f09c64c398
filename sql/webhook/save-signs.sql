-- Keeps what the webhook has seen since the last time.
insert into webhook_sign (mode, kind, at, reason, count)
select r.mode, r.kind, r.at, r.reason, r.count
from jsonb_to_recordset(cast(:?signs as jsonb)) as r (mode text, kind text, at timestamptz, reason text, count bigint)
order by r.mode, r.kind
on conflict (mode, kind) do update
set at = greatest(webhook_sign.at, excluded.at), count = webhook_sign.count + excluded.count,
    reason = case when excluded.at >= webhook_sign.at then excluded.reason else webhook_sign.reason end
