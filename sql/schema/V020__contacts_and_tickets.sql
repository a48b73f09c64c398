-- What agents know and do: profile and verification of a contact, agents, assignees, notes, and an activity log of it all.

-- Search by part of a name or number needs trigrams. Where the extension may not be made, a search reads all contacts.
do $$
begin
    create extension if not exists pg_trgm;
exception when others then
    raise warning 'The extension pg_trgm could not be created (%): a search reads all contacts.', sqlerrm;
end $$;

alter table contact
    add column display_name      text,     -- what agents call the contact
    add column email             text,
    add column company           text,
    add column language          text,
    add column notes             text,
    add column labels            text[]      not null default '{}',
    add column verified_state    text check (verified_state in ('agent', 'business')),
    add column verified_evidence text,
    add column verified_at       timestamptz,
    add column verified_by       text,
    add column updated_at        timestamptz not null default now(),    -- of anything but the times of messages
    add column search            text generated always as (lower(coalesce(display_name, '') || ' ' || coalesce(profile_name, '') || ' '
        || coalesce(username, '') || ' ' || coalesce(wa_id, '') || ' ' || coalesce(email, '') || ' ' || coalesce(company, ''))) stored;
update contact set updated_at = greatest(first_seen_at, last_inbound_at, last_outbound_at);
create index contact_updated on contact (updated_at, id);

-- What happened with a contact, apart from its messages.
create table activity (
    id         bigint generated always as identity primary key,
    at         timestamptz not null default now(),
    contact_id bigint      not null,
    ticket_id  bigint,
    message_id bigint,
    actor      text,                       -- null: the customer, or WhatsApp
    kind       text        not null,
    detail     jsonb       not null default '{}'
);
create index activity_contact on activity (contact_id, at desc, id desc);

-- Whoever writes to a contact need not know of these. A message changes none of these columns, so it calls nothing.
create function contact_changed() returns trigger language plpgsql as $$
begin
    new.updated_at := now();
    if old.profile_name is distinct from new.profile_name and old.profile_name is not null then
        insert into activity (contact_id, kind, detail)
        values (new.id, 'name-changed', jsonb_build_object('from', old.profile_name, 'to', new.profile_name));
    end if;
    return new;
end $$;
create trigger contact_changed before update on contact for each row
    when ((old.wa_id, old.user_id, old.parent_user_id, old.username, old.profile_name, old.marketing_opt_out_at, old.simulated,
           old.display_name, old.email, old.company, old.language, old.notes, old.labels, old.verified_state, old.verified_evidence,
           old.last_inbound_at is null)
        is distinct from
          (new.wa_id, new.user_id, new.parent_user_id, new.username, new.profile_name, new.marketing_opt_out_at, new.simulated,
           new.display_name, new.email, new.company, new.language, new.notes, new.labels, new.verified_state, new.verified_evidence,
           new.last_inbound_at is null))
    execute function contact_changed();

create table agent (
    id         bigint generated always as identity primary key,
    name       text        not null,
    email      text,
    active     boolean     not null default true,
    created_at timestamptz not null default now()
);
create unique index agent_name on agent (lower(name)) where active;

alter table ticket add column assignee_id bigint references agent;
create index ticket_assignee on ticket (assignee_id, last_message_at desc, id desc) where status <> 'closed';
create index ticket_unread on ticket (last_message_at desc, id desc) where unread_count > 0;

-- Beside the messages of a ticket, never sent.
create table ticket_note (
    id         bigint generated always as identity primary key,
    ticket_id  bigint      not null references ticket,
    text       text        not null,
    author     text        not null,
    key        text unique,                -- the Idempotency-Key that it came with
    created_at timestamptz not null default now()
);
create index ticket_note_ticket on ticket_note (ticket_id, id desc);

-- A customer's message has opened a ticket again.
create function ticket_reopened() returns trigger language plpgsql as $$
begin
    insert into activity (contact_id, ticket_id, kind, detail)
    values (new.contact_id, new.id, 'ticket-reopened', jsonb_build_object('from', old.status, 'reason', new.reason));
    return null;
end $$;
create trigger ticket_reopened after update of log_pos, log_item on ticket for each row
    when ((old.log_pos, old.log_item) is distinct from (new.log_pos, new.log_item)) execute function ticket_reopened();

-- Sends that failed and were not tried again. A table of its own: an index of messages that names the status would make every
-- change of a status write to all indexes.
create table failed_send (
    message_id bigint primary key,
    ticket_id  bigint,
    at         timestamptz not null default now()
);
create index failed_send_ticket on failed_send (ticket_id);
insert into failed_send (message_id, ticket_id, at)
select id, ticket_id, sent_at from message where status = 'failed' and direction = 'outbound';

create function send_failed() returns trigger language plpgsql as $$
begin
    if new.status = 'failed' then
        insert into failed_send (message_id, ticket_id) values (new.id, new.ticket_id) on conflict (message_id) do nothing;
        insert into activity (contact_id, ticket_id, message_id, kind, detail)
        values (new.contact_id, new.ticket_id, new.id, 'send-failed', coalesce(new.error, '{}'));
    else
        delete from failed_send where message_id = new.id;
    end if;
    return null;
end $$;
create trigger send_failed after update of status on message for each row
    when (old.status is distinct from new.status and 'failed' in (old.status, new.status)) execute function send_failed();

do $$
begin
    if exists (select 1 from pg_extension where extname = 'pg_trgm') then
        create index contact_search on contact using gin (search gin_trgm_ops);
        create index ticket_subject on ticket using gin (lower(subject) gin_trgm_ops) where subject is not null;
    end if;
end $$;

-- The simulator's directory: people to take over by POST /contacts/sync.
create table simulator_contact (
    wa_id    text primary key,
    name     text not null,
    username text
);
insert into simulator_contact (wa_id, name, username) values
    ('15551230001', 'Ana Example', 'ana.example'), ('15551230002', 'Ben Sample', null), ('15551230003', 'Chiara Muster', 'chiara'),
    ('15551230004', 'Dmitri Primer', null), ('15551230005', 'Emi 例子', null), ('15551230006', 'نورا مثال', null),
    ('15551230007', 'Marram Home Ltd', 'marram.home'), ('15551230008', 'Lucía Muestra Ortega', null);
