-- For the statements of a batch, until its transaction ends: a plan is made once and kept, and reaches every row of a big table
-- by a key. Plans of their own would read the JSON parameter twice, and a plan made while the tables were small would go on
-- reading them whole until the next analyze. And no contact is merged into another while the batch may have it in hand.
select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
       set_config('enable_mergejoin', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('jit', 'off', true),
       cast(pg_advisory_xact_lock_shared(hashtextextended('contact-merge', 0)) as text)
