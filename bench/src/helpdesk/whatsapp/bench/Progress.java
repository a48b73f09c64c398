package helpdesk.whatsapp.bench;

import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How far the inbound routes are with the log, by their own ledger. */
final class Progress {

    private static final long DRAIN_S = 180;

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
                select h.pos - h.replays - l.events_done - l.events_dead from log_head h cross join ledger l
                where h.topic = 'webhook'""").query(Long.class).single();
    }

    /** Or for three minutes. */
    void awaitNothingPending() throws InterruptedException {
        long begin = System.nanoTime();
        while (pending() > 0 && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(DRAIN_S)) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Seconds that the oldest entry which is still pending has waited. */
    double oldestSeconds() {
        return sql.sql("select coalesce(extract(epoch from clock_timestamp() - log_oldest), 0) from ingest_ledger").query(Double.class).single();
    }

    boolean isBalanced() {
        return sql.sql("select balanced from ingest_ledger").query(Boolean.class).single();
    }
}
