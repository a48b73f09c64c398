-- Who the message is for and what is known about that: by ticket, by the quoted message, else by number or user id. Writes that
-- the contact is written to, which locks it: tickets of one contact are opened by one transaction at a time. A refusal rolls back.
with send as (
    select cast(case when s ->> 'ticketId' ~ '^[0-9]{1,18}$' then s ->> 'ticketId' end as bigint) as ticket_id,
           s ->> 'ticketId' is not null as by_ticket, s ->> 'replyTo' as reply_to,
           cast(case when s ->> 'replyTo' ~ '^[0-9]{1,18}$' then s ->> 'replyTo' end as bigint) as reply_to_id, s ->> 'waId' as wa_id, s ->> 'userId' as user_id,
           s ->> 'phoneNumberId' as phone_number_id, s ->> 'agentId' as agent_id, cast(s ->> 'mediaId' as uuid) as media_id
    from (select cast(:?send as jsonb) as s) as parameter
), ticket_given as (
    select t.* from ticket t, send where t.id = send.ticket_id
), quoted as (
    select m.* from message m
    where m.id = (select reply_to_id from send) or m.wamid = (select reply_to from send)
    order by m.id limit 1
), named as (
    select coalesce((select contact_id from ticket_given),
                    (select i.contact_id from contact_identity i join send on i.kind = 'bsuid' and i.value = send.user_id),
                    (select i.contact_id from contact_identity i join send on i.kind = 'wa_id' and i.value = send.wa_id))
           as contact_id
), made as (
    insert into contact (id, wa_id, user_id, simulated, last_outbound_at)
    select named.contact_id, send.wa_id, send.user_id, cast(:?mode as text) = 'mock', now() from named, send
    where named.contact_id is not null and not send.by_ticket
    on conflict (id) do update set wa_id = coalesce(contact.wa_id, excluded.wa_id),
                                   user_id = coalesce(contact.user_id, excluded.user_id),
                                   last_outbound_at = greatest(contact.last_outbound_at, excluded.last_outbound_at)
    returning id, wa_id, user_id, merged_into
), locked as (
    update contact c set last_outbound_at = greatest(c.last_outbound_at, now())
    from ticket_given t where c.id = t.contact_id
    returning c.id, c.wa_id, c.user_id, c.merged_into
)
select cast(jsonb_build_object(
    'contactId', coalesce(made.id, locked.id),
    'ticketId', coalesce((select id from ticket_given),
                         (select q.ticket_id from quoted q join ticket t on t.id = q.ticket_id
                          where t.status <> 'closed' and q.contact_id = coalesce(made.id, locked.id))),
    'mergedJustNow', coalesce(made.merged_into, locked.merged_into) is not null,
    'ticketMissing', send.by_ticket and not exists (select 1 from ticket_given),
    'recipientForeign', send.by_ticket and (send.wa_id is not null or send.user_id is not null) and not exists
        (select 1 from contact_identity i join ticket_given t on t.contact_id = i.contact_id
         where i.kind = 'bsuid' and i.value = send.user_id
            or i.kind = 'wa_id' and (i.value = send.wa_id or i.value in (select wa_id_variants(send.wa_id)))),
    'quotedMissing', send.reply_to is not null and not exists
        (select 1 from quoted where wamid is not null and contact_id = coalesce(made.id, locked.id)),
    'quotedWamid', (select wamid from quoted where contact_id = coalesce(made.id, locked.id)),
    'waId', coalesce(made.wa_id, locked.wa_id), 'userId', coalesce(made.user_id, locked.user_id),
    'phoneNumberId', coalesce((select phone_number_id from ticket_given), send.phone_number_id),
    'channelState', (select c.state from channel c
        where c.phone_number_id = coalesce((select phone_number_id from ticket_given), send.phone_number_id)),
    'windowClosedAt', (select to_char((w.last_customer_at + interval '24 hours') at time zone 'UTC',
                                      'YYYY-MM-DD"T"HH24":"MI":"SS"Z"')
        from service_window w
        where w.contact_id = coalesce(made.id, locked.id)
          and w.phone_number_id = coalesce((select phone_number_id from ticket_given), send.phone_number_id)
          and w.last_customer_at < now() - interval '24 hours' + interval '1 minute'),
    'agent', (select a.name from agent a where a.id = id_of(send.agent_id) and a.active),
    'media', (select jsonb_build_object('state', m.state, 'mimeType', m.mime_type, 'direction', m.direction)
              from media m where m.id = send.media_id)) as text) as found
from send left join made on true left join locked on true
