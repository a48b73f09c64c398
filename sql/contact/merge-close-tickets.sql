-- Of two open tickets with one business number the one that was quiet for longer is closed; its messages stay with it.
with merge as (
    select cast(m ->> 'keep' as bigint) as keep, cast(m ->> 'gone' as bigint) as gone from (select cast(:?merge as jsonb) as m) as parameter
), closed as (
    update ticket t
    set status = 'closed', closed_at = now()
    from merge, ticket own, ticket other
    where own.contact_id = merge.keep and own.status <> 'closed' and other.contact_id = merge.gone and other.status <> 'closed'
      and own.phone_number_id = other.phone_number_id
      and t.id = case when (own.last_message_at, own.id) < (other.last_message_at, other.id) then own.id else other.id end
    returning t.id, case when t.id = own.id then own.status else other.status end as before, merge.keep
)
insert into activity (contact_id, ticket_id, actor, kind, detail)
select closed.keep, closed.id, cast(:?request as jsonb) ->> 'actor', 'ticket-changed',
       jsonb_build_object('status', jsonb_build_object('from', closed.before, 'to', 'closed'))
from closed
