package helpdesk.whatsapp.log;

import java.time.LocalDate;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Makes the days of the log (UTC) that entries are appended to; the route {@code log-maintain} does it ahead of time. */
public final class LogPartitions {

    private static final int DAYS_AHEAD = 7;

    private final JdbcClient database;

    public LogPartitions(DataSource dataSource) {
        database = JdbcClient.create(dataSource);
    }

    /** Yesterday (a clock may be behind), today and a week; those that are there stay. */
    public void make(String topic) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        database.sql("select make_log_partitions(?, ?, ?)").params(topic, today.minusDays(1), today.plusDays(DAYS_AHEAD))
                .query(Integer.class).single();
    }

    /** All topics, at the start of the process: it may have been down for longer than the days were made for. */
    public void prepare() {
        PgLogComponent.TOPICS.forEach(this::make);
    }
}
