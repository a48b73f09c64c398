-- A file of a customer that failed is tried again, as often as at first; Meta keeps it for seven days.
update media m set state = 'pending', attempts = 0, due_at = now(), error = null
where m.id = case when cast(:?request as jsonb) ->> 'id' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
                  then cast(cast(:?request as jsonb) ->> 'id' as uuid) end
  and m.state = 'failed' and m.direction = 'inbound' and m.graph_id is not null
returning cast(jsonb_build_object('id', m.id, 'state', m.state) as text) as media
