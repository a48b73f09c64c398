package helpdesk.whatsapp.bench;

import org.springframework.jdbc.core.simple.JdbcClient;

/** How far the inbound routes are with the log, by their own ledger. */
final class Progress {

    private final JdbcClient sql;

    Progress(JdbcClient sql) {
        this.sql = sql;
    }

    /** Events whose outcome is committed. */
    long done() {
        return sql.sql("select events_done + events_dead from ledger").query(Long.class).single();
    }

    long pending() {
        return sql.sql("""
                select h.pos - l.replays_appended - l.events_done - l.events_dead from log_head h cross join ledger l
                where h.topic = 'webhook'""").query(Long.class).single();
    }

    /** Seconds that the oldest entry which is still pending has waited. */
    double oldestSeconds() {
        return sql.sql("select coalesce(extract(epoch from clock_timestamp() - log_oldest), 0) from ingest_ledger").query(Double.class).single();
    }

    boolean isBalanced() {
        return sql.sql("select balanced from ingest_ledger").query(Boolean.class).single();
    }
}
