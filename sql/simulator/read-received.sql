-- How many webhooks have ever come; 0 before anybody wrote. Samples that were removed are not made again.
select h.pos from log_head h where h.topic = 'webhook'
