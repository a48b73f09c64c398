-- All steps in their order with their last checks; a step is as bad as its worst check.
with step as (
    select s.name, s.n,
           case when bool_or(c.state = 'failed') then 'failed' when bool_or(c.state = 'waiting') then 'waiting'
                when bool_or(c.state = 'warning') then 'warning' when bool_or(c.state = 'passed') then 'passed' else 'unchecked' end as state,
           min(c.at) as at,
           coalesce(jsonb_agg(jsonb_build_object('check', c.name, 'state', c.state, 'evidence', c.evidence, 'mend', c.mend, 'at', iso(c.at)) order by c.n)
                    filter (where c.name is not null), '[]') as checks
    from unnest(array['app', 'number', 'token', 'webhook', 'subscription', 'test-message']) with ordinality as s (name, n)
    left join setup_check c on c.mode = cast(:?mode as text) and c.step = s.name
    group by s.name, s.n
)
select cast(jsonb_build_object('mode', cast(:?mode as text),
    'steps', jsonb_agg(jsonb_build_object('step', step.name, 'state', step.state, 'checkedAt', iso(step.at), 'checks', step.checks) order by step.n),
    'next', (select open.name from step open where open.state not in ('passed', 'warning') order by open.n limit 1)) as text)
from step
