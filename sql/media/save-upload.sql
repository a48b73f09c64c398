-- Meta has the file now, under this id.
insert into media_upload (media_id, mode, phone_number_id, graph_id)
values (cast(:?mediaId as uuid), cast(:?mode as text), cast(:?phoneNumberId as text), cast(:?graphMediaId as text))
on conflict (media_id, mode, phone_number_id) do update set graph_id = excluded.graph_id, uploaded_at = now()
