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
                join (select id, contact_id, row_number() over (order by id) - 1 as place, count(*) over () as size from ticket) t
                  on t.place = n % t.size""")
                .param("count", count).param("number", Webhooks.NUMBER).param("wamid", Webhooks.OUTBOUND).update();
        sql.sql("vacuum (analyze) message").update();
        sql.sql("vacuum (analyze) ticket").update();
        sql.sql("vacuum (analyze) contact").update();
        sql.sql("vacuum (analyze) contact_identity").update();
    }
}
