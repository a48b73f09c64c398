-- Adds a note to a ticket. A repeat with the same key adds nothing. No row when there is no such ticket, or the note was there.
with note as (
    insert into ticket_note (ticket_id, text, author, key)
    select t.id, cast(:?change as jsonb) ->> 'text', coalesce(cast(:?request as jsonb) ->> 'actor', 'unknown'),
           cast(:?request as jsonb) ->> 'idempotencyKey'
    from ticket t
    where t.id = id_of(cast(:?request as jsonb) ->> 'id')
    on conflict (key) do nothing
    returning ticket_note as note
), noted as (
    insert into activity (contact_id, ticket_id, actor, kind, detail)
    select t.contact_id, t.id, (note.note).author, 'note-added', jsonb_build_object('noteId', cast((note.note).id as text))
    from note join ticket t on t.id = (note.note).ticket_id
    returning contact_id, ticket_id
), told as (
    select append_event(jsonb_build_object('type', 'ticket.changed', 'ticketId', cast(t.id as text), 'contactId', cast(t.contact_id as text),
                                           'at', now()), t.simulated)
    from noted join ticket t on t.id = noted.ticket_id
)
select cast(note_json(note.note) as text) from note left join told on true
