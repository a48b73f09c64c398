-- Who sent a message of ours: the agent in whose name, who was logged in at the pages, or whose token it was. What a route replied has
-- its rule (reply_rule) instead.
alter table message
    add column author_kind text,           -- agent, login, token
    add column author      text;           -- the name at that time
