-- Every name of the contact that goes leads to the kept one, which gets what it does not know itself; of what WhatsApp tells, the newer
-- holds. Noted with the names, so that it can be told later what came from where. The pages are told of both. Returns the id of the kept one.
with merge as (
    select cast(m ->> 'keep' as bigint) as keep, cast(m ->> 'gone' as bigint) as gone from (select cast(:?merge as jsonb) as m) as parameter
), names as (
    update contact_identity i set contact_id = merge.keep from merge where i.contact_id = merge.gone
    returning i.kind, i.value
), kept as (
    update contact k
    set wa_id          = case when is_newer(g.told, k.told, 'wa_id') then g.wa_id else coalesce(k.wa_id, g.wa_id) end,
        user_id        = case when is_newer(g.told, k.told, 'user_id') then g.user_id else coalesce(k.user_id, g.user_id) end,
        parent_user_id = case when is_newer(g.told, k.told, 'parent_user_id') then g.parent_user_id
                              else coalesce(k.parent_user_id, g.parent_user_id) end,
        username       = case when is_newer(g.told, k.told, 'username') then g.username else coalesce(k.username, g.username) end,
        profile_name   = case when is_newer(g.told, k.told, 'profile_name') then g.profile_name else coalesce(k.profile_name, g.profile_name) end,
        told           = jsonb_strip_nulls(jsonb_build_object(
            'wa_id', greatest(k.told ->> 'wa_id', g.told ->> 'wa_id'),
            'user_id', greatest(k.told ->> 'user_id', g.told ->> 'user_id'),
            'parent_user_id', greatest(k.told ->> 'parent_user_id', g.told ->> 'parent_user_id'),
            'username', greatest(k.told ->> 'username', g.told ->> 'username'),
            'profile_name', greatest(k.told ->> 'profile_name', g.told ->> 'profile_name'))),
        display_name = coalesce(k.display_name, g.display_name),
        email        = coalesce(k.email, g.email),
        company      = coalesce(k.company, g.company),
        language     = coalesce(k.language, g.language),
        notes        = nullif(left(concat_ws(chr(10) || chr(10), k.notes, g.notes), 4000), ''),
        labels       = array(select label from unnest(k.labels || g.labels) with ordinality as both_of (label, n)
                             group by label order by min(n) limit 20),
        verified_state    = case when k.verified_state is null then g.verified_state else k.verified_state end,
        verified_evidence = case when k.verified_state is null then g.verified_evidence else k.verified_evidence end,
        verified_at       = case when k.verified_state is null then g.verified_at else k.verified_at end,
        verified_by       = case when k.verified_state is null then g.verified_by else k.verified_by end,
        marketing_opt_out_at = least(k.marketing_opt_out_at, g.marketing_opt_out_at),
        simulated        = k.simulated and g.simulated,
        first_seen_at    = least(k.first_seen_at, g.first_seen_at),
        last_inbound_at  = greatest(k.last_inbound_at, g.last_inbound_at),
        last_outbound_at = greatest(k.last_outbound_at, g.last_outbound_at),
        updated_at       = now()
    from merge, contact g
    where k.id = merge.keep and g.id = merge.gone
    returning k as contact, contact_name(g) as former_name
), gone as (
    update contact c set merged_into = merge.keep, updated_at = now() from merge where c.id = merge.gone or c.merged_into = merge.gone
), suggestions as (
    insert into merge_suggestion (contact_id, other_contact_id, evidence, created_at, dismissed_at, dismissed_by)
    select merge.keep, other.id, s.evidence, s.created_at, s.dismissed_at, s.dismissed_by
    from merge join merge_suggestion s on merge.gone in (s.contact_id, s.other_contact_id)
    cross join lateral (select case when s.contact_id = merge.gone then s.other_contact_id else s.contact_id end as id) as other
    where other.id <> merge.keep
    on conflict (contact_id, other_contact_id) do nothing
), suggestions_gone as (
    delete from merge_suggestion s using merge where merge.gone in (s.contact_id, s.other_contact_id)
), noted as (
    insert into activity (contact_id, actor, kind, detail)
    select merge.keep, cast(:?request as jsonb) ->> 'actor', 'merged',
           jsonb_build_object('contactId', cast(merge.gone as text), 'name', kept.former_name,
               'identities', (select coalesce(jsonb_agg(jsonb_build_object('kind', names.kind, 'value', names.value)), cast('[]' as jsonb)) from names))
    from merge cross join kept
), told as (
    select count(append_event(jsonb_build_object('type', 'contact.changed', 'contactId', cast(one.id as text), 'at', now()),
                              (kept.contact).simulated)) as events
    from merge cross join kept cross join lateral (values (merge.keep), (merge.gone)) as one (id)
), tickets_told as (
    select count(append_event(jsonb_build_object('type', 'ticket.changed', 'ticketId', cast(latest.id as text), 'contactId', cast(merge.keep as text),
                                                 'at', now()), latest.simulated)) as events
    from merge cross join lateral (select t.id, t.simulated from ticket t where t.contact_id = merge.keep
                                   order by t.last_message_at desc, t.id desc limit 20) as latest
)
select cast((kept.contact).id as text) from kept cross join told cross join tickets_told
