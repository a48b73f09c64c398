-- Both ledgers of what came in, in one snapshot, as the batches commit them.
select cast(json_build_object(
    'events', json_build_object('received', l.events_received, 'done', l.events_done, 'pending', l.events_pending, 'dead', l.events_dead),
    'items', json_build_object('received', l.items_received, 'stored', l.items_stored, 'duplicate', l.items_duplicate,
                               'unsupported', l.items_unsupported, 'dead', l.items_dead),
    'replays', json_build_object('appended', l.replays_appended, 'stored', l.replays_stored, 'duplicate', l.replays_duplicate,
                                 'unsupported', l.replays_unsupported, 'dead', l.replays_dead)) as text)
from ingest_ledger l
