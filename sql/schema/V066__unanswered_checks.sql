-- What a step of the set-up says while Meta does not answer: that, and nothing of things that only its answer would tell.
create function unanswered(reply jsonb, checks jsonb) returns jsonb language sql immutable as $$
    select case when reply ->> 'status' is not null and cast(reply ->> 'status' as int) < 500 then checks
                else (select jsonb_agg(c.value || jsonb_build_object('state', 'failed',
                          'evidence', coalesce(reply ->> 'details', reply ->> 'fault', 'HTTP ' || (reply ->> 'status'), 'No answer.'),
                          'mend', 'Nothing is known of it while Meta does not answer. Check again.') order by c.n)
                      from jsonb_array_elements(checks) with ordinality as c (value, n)) end
$$;
