package helpdesk.whatsapp.log;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Makes the days of the log (UTC) that entries are appended to; the route {@code log-maintain} does it ahead of time. */
public final class LogPartitions {

    private static final int DAYS_AHEAD = 7;

    private final JdbcClient database;

    public LogPartitions(DataSource dataSource) {
        database = JdbcClient.create(dataSource);
    }

    /** Yesterday, today and a week, by the database's clock, which also dates the entries; those that are there stay. */
    public void make(String topic) {
        database.sql("""
                select make_log_partitions(?, today.day - 1, today.day + ?)
                from (select cast(now() at time zone 'UTC' as date) as day) as today""").params(topic, DAYS_AHEAD).query(Integer.class).single();
    }

    /** All topics, at the start of the process: it may have been down for longer than the days were made for. */
    public void prepare() {
        PgLogComponent.TOPICS.forEach(this::make);
    }
}
