-- Sets the mode, notes a change and tells the pages. The row is locked by whoever claims a send, so this waits for claims and later
-- ones see it.
with before as (
    select key, value from setting where key = 'whatsapp.mode' for update
), changed as (
    update setting s
    set value = :?mode, version = s.version + case when s.value <> :?mode then 1 else 0 end, updated_at = now(),
        updated_by = coalesce(cast(:?request as jsonb) ->> 'actor', 'unknown')
    from before where s.key = before.key
    returning s.version, before.value as was
), noted as (
    insert into audit (actor, action, detail)
    select coalesce(cast(:?request as jsonb) ->> 'actor', 'unknown'), 'mode-change',
           jsonb_build_object('from', changed.was, 'to', cast(:?mode as text))
    from changed where changed.was <> :?mode
), told as (
    select append_event(jsonb_build_object('type', 'mode.changed', 'mode', cast(:?mode as text), 'at', now()), false)
    from changed where changed.was <> :?mode
)
select changed.version from changed left join told on true
