-- The other side of both ledgers: events worked through, and items cut from them, counted before anything was stored.
update ledger
set events_done    = events_done + cast(:?eventsDone as int),
    events_dead    = events_dead + cast(:?eventsDead as int),
    items_received = items_received + cast(:?itemsReceived as int)
