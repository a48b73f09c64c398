-- The history of the contact that goes becomes the kept one's: messages, reactions, windows, activity. What waits to be sent stays in the
-- queue as it is, for it has its address itself.
with merge as (
    select cast(m ->> 'keep' as bigint) as keep, cast(m ->> 'gone' as bigint) as gone from (select cast(:?merge as jsonb) as m) as parameter
), locked as (
    select m.id from message m where m.contact_id = (select gone from merge) order by m.id for update
), messages as (
    update message m set contact_id = merge.keep from merge, locked where m.id = locked.id
), windows as (
    insert into service_window (contact_id, phone_number_id, last_customer_at)
    select merge.keep, w.phone_number_id, w.last_customer_at from service_window w join merge on w.contact_id = merge.gone
    on conflict (contact_id, phone_number_id) do update
    set last_customer_at = greatest(service_window.last_customer_at, excluded.last_customer_at)
), windows_gone as (
    delete from service_window w using merge where w.contact_id = merge.gone
), reacted as (                              -- a reaction is a message too, which is found by its contact
    select distinct m.phone_number_id, m.context_wamid
    from message m join merge on m.contact_id = merge.gone
    where m.type = 'reaction' and m.context_wamid is not null
), reactions as (
    insert into reaction (phone_number_id, target_wamid, contact_id, emoji, at, wamid)
    select r.phone_number_id, r.target_wamid, merge.keep, r.emoji, r.at, r.wamid
    from merge cross join reacted cross join lateral (
        select found.* from reaction found
        where found.phone_number_id = reacted.phone_number_id and found.target_wamid = reacted.context_wamid and found.contact_id = merge.gone
        limit 1) as r
    on conflict (phone_number_id, target_wamid, contact_id) do update
    set emoji = excluded.emoji, at = excluded.at, wamid = excluded.wamid
    where (excluded.at, excluded.wamid) > (reaction.at, reaction.wamid)
), reactions_gone as (
    delete from reaction r using merge, reacted
    where r.phone_number_id = reacted.phone_number_id and r.target_wamid = reacted.context_wamid and r.contact_id = merge.gone
)
update activity a set contact_id = merge.keep from merge where a.contact_id = merge.gone
