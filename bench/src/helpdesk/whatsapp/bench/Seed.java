package helpdesk.whatsapp.bench;

import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows that are there before a measurement, written by SQL in the form in which the routes would have left them. */
final class Seed {

    private Seed() {
    }

    /** Known customers with an open window and an open ticket. */
    static void contacts(JdbcClient sql, int count) {
        sql.sql("""
                with made as (
                    insert into contact (wa_id, profile_name, last_inbound_at)
                    select '49151' || (10000000 + n), 'Customer ' || n, now() from generate_series(0, :count - 1) n
                    returning id, wa_id
                ), named as (
                    insert into contact_identity (kind, value, contact_id) select 'wa_id', wa_id, id from made
                ), windows as (
                    insert into service_window (contact_id, phone_number_id, last_customer_at)
                    select id, :number, now() from made
                )
                insert into ticket (contact_id, phone_number_id, reason) select id, :number, 'seed' from made""")
                .param("count", count).param("number", Webhooks.NUMBER).update();
    }

    /** Our messages that Meta has accepted: the statuses of {@link Webhooks} are theirs. */
    static void accepted(JdbcClient sql, long count) {
        sql.sql("""
                insert into message (contact_id, ticket_id, phone_number_id, direction, type, status, wamid, text, mode, payload)
                select t.contact_id, t.id, :number, 'outbound', 'text', 'accepted', :wamid || n, 'Your parcel is on its way.', 'mock',
                       '{"type":"text","text":{"body":"Your parcel is on its way."}}'
                from generate_series(0, cast(:count as bigint) - 1) n
                join (select id, contact_id, row_number() over (order by id) - 1 as place from ticket) t
                  on t.place = n % (select count(*) from ticket)""")
                .param("count", count).param("number", Webhooks.NUMBER).param("wamid", Webhooks.OUTBOUND).update();
        sql.sql("vacuum (analyze) message").update();
        sql.sql("vacuum (analyze) ticket").update();
        sql.sql("vacuum (analyze) contact").update();
        sql.sql("vacuum (analyze) contact_identity").update();
    }

    /** Sends to customers of their own that are not due before tomorrow. */
    static void waiting(JdbcClient sql, long count) {
        if (count == 0) {
            return;
        }
        sql.sql("""
                with people as (
                    insert into contact (wa_id, profile_name) select '49160' || (10000000 + n), 'Waiting ' || n
                    from generate_series(0, 9999) n returning id
                ), numbered as (
                    select id, row_number() over (order by id) - 1 as place from people
                ), made as (
                    insert into message (contact_id, phone_number_id, direction, type, status, text, mode, recipient, payload)
                    select p.id, :number, 'outbound', 'text', 'queued', 'Later', 'mock', '{"to":"4916010000000"}',
                           '{"type":"text","text":{"body":"Later"}}'
                    from generate_series(0, cast(:count as bigint) - 1) n join numbered p on p.place = n % 10000
                    returning id, contact_id
                )
                insert into outbox (message_id, contact_id, phone_number_id, mode, due_at)
                select id, contact_id, :number, 'mock', now() + interval '1 day' from made""")
                .param("count", count).param("number", Webhooks.NUMBER).update();
        sql.sql("vacuum (analyze)").update();
    }

    /** Messages in 200,000 tickets, of which the first has 85,000 or more: for lists. Nobody else may use the table meanwhile. */
    static void history(JdbcClient sql, long messages) {
        contacts(sql, 200_000);
        // Indexes that are built afterwards, each in one go, are there several times as fast as row by row.
        sql.sql("""
                do $$
                declare
                    known record;
                begin
                    create temp table definition on commit drop as
                        select indexname, indexdef from pg_indexes
                        where schemaname = 'public' and tablename = 'message' and indexname <> 'message_pkey';
                    for known in select indexname from definition loop
                        execute format('drop index %I', known.indexname);
                    end loop;
                    insert into message (contact_id, ticket_id, phone_number_id, direction, type, status, wamid, text, mode, payload, sent_at)
                    select t.contact_id, t.id, '%NUMBER%', case when n % 2 = 0 then 'inbound' else 'outbound' end, 'text',
                           case when n % 2 = 0 then 'received' else 'read' end, 'wamid.BENCHOLD' || n, 'Message number ' || n, 'mock',
                           '{"type":"text","text":{"body":"A text of the length that such texts have, more or less, on the average."}}',
                           now() - (%COUNT% - n) * interval '10 seconds'
                    from generate_series(cast(0 as bigint), %COUNT% - 1) n
                    join (select id, contact_id, row_number() over (order by id) - 1 as place from ticket) t
                      on t.place = case when n % greatest(1, %COUNT% / 85000) = 0 then 0 else n * 7919 % 200000 end;
                    perform set_config('maintenance_work_mem', '512MB', true);
                    for known in select indexdef from definition loop
                        execute known.indexdef;
                    end loop;
                end $$""".replace("%NUMBER%", Webhooks.NUMBER).replace("%COUNT%", Long.toString(messages))).update();
        sql.sql("""
                update ticket t set last_message_at = m.at, last_preview = 'Message'
                from (select ticket_id, max(sent_at) as at from message group by ticket_id) m where m.ticket_id = t.id""").update();
        sql.sql("vacuum (analyze)").update();
    }
}
