-- What Meta's error table says about a code; a code that is not in it is not repeated.
select coalesce((select cast(jsonb_build_object('action', e.action, 'advice', e.advice) as text)
                 from graph_error e where e.code = cast(cast(:?answer as jsonb) ->> 'code' as int)),
                '{"action": "fail", "advice": "Meta refused it; see the reason."}') as advice
