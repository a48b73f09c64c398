-- What the webhook has seen in the mode that holds, beside what is known of its address and token.
select cast(cast(:?facts as jsonb) || jsonb_build_object('mode', cast(:?mode as text),
    'lastHandshake', (select jsonb_build_object('at', iso(s.at), 'reason', s.reason) from webhook_sign s where s.mode = cast(:?mode as text) and s.kind = 'handshake'),
    'lastRefusedHandshake', (select jsonb_build_object('at', iso(s.at), 'reason', s.reason) from webhook_sign s
                             where s.mode = cast(:?mode as text) and s.kind = 'handshake-refused'),
    'lastEvent', (select jsonb_build_object('at', iso(s.at), 'reason', s.reason) from webhook_sign s where s.mode = cast(:?mode as text) and s.kind = 'event'),
    'lastTest', (select jsonb_build_object('at', iso(s.at), 'reason', s.reason) from webhook_sign s where s.mode = cast(:?mode as text) and s.kind = 'test'),
    'lastRefused', (select jsonb_build_object('at', iso(s.at), 'reason', s.reason) from webhook_sign s where s.mode = cast(:?mode as text) and s.kind = 'refused'),
    'refused', coalesce((select s.count from webhook_sign s where s.mode = cast(:?mode as text) and s.kind = 'refused'), 0)) as text)
