package helpdesk.whatsapp.log;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Meters of the log, when the management port is on: what this process's writers and readers do, by topic, and how far
 * the inbox is behind.
 */
public final class LogMetrics extends LifecycleStrategySupport {

    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PgLogComponent log;
    private final JdbcClient database;
    private Backlog backlog;
    private long readAt;

    public LogMetrics(PgLogComponent log, DataSource dataSource) {
        this.log = log;
        database = JdbcClient.create(dataSource);
    }

    @Override
    public void onContextStarted(CamelContext context) {
        MeterRegistry meters = context.getRegistry().findSingleByType(MeterRegistry.class);
        if (meters != null) {
            PgLogComponent.TOPICS.forEach(topic -> bind(meters, topic));
            Gauge.builder("pglog.pending", this, LogMetrics::pending).description("Webhooks that are logged and not worked on yet; counted up to 1,000 a lane")
                    .register(meters);
            Gauge.builder("pglog.oldest", this, LogMetrics::oldestSeconds).baseUnit("seconds")
                    .description("Age of the oldest webhook that is not worked on yet").register(meters);
        }
    }

    private void bind(MeterRegistry meters, String topic) {
        TopicFigures figures = log.figures(topic);
        count(meters, topic, "pglog.appended", "Entries appended", figures, TopicFigures::getAppended);
        count(meters, topic, "pglog.refused", "Entries refused: the queue was full, or they had waited for too long", figures,
                TopicFigures::getRefused);
        count(meters, topic, "pglog.append.failures", "Transactions that append and failed", figures, TopicFigures::getFailedAppends);
        FunctionTimer.builder("pglog.append", figures, TopicFigures::getAppends, TopicFigures::getAppendNanos, TimeUnit.NANOSECONDS)
                .description("Transactions that append").tag("topic", topic).register(meters);
        count(meters, topic, "pglog.read", "Entries worked on", figures, TopicFigures::getRead);
        count(meters, topic, "pglog.batch.failures", "Batches rolled back", figures, TopicFigures::getFailedBatches);
        FunctionTimer.builder("pglog.batch", figures, TopicFigures::getBatches, TopicFigures::getBatchNanos, TimeUnit.NANOSECONDS)
                .description("Batches worked on").tag("topic", topic).register(meters);
        Gauge.builder("pglog.queued", log, component -> component.queued(topic)).description("Entries that wait to be written")
                .tag("topic", topic).register(meters);
        Gauge.builder("pglog.paused", figures, of -> of.getPaused().size()).description("Lanes that fail again and again")
                .tag("topic", topic).register(meters);
    }

    private static void count(MeterRegistry meters, String topic, String name, String description, TopicFigures figures,
            ToDoubleFunction<TopicFigures> value) {
        FunctionCounter.builder(name, figures, value).description(description).tag("topic", topic).register(meters);
    }

    private double pending() {
        return backlog().entries();
    }

    private double oldestSeconds() {
        return backlog().oldestSeconds();
    }

    // Both meters of one scrape from one look.
    private synchronized Backlog backlog() {
        if (backlog == null || System.nanoTime() - readAt > KEPT_NANOS) {
            backlog = database.sql("select entries, coalesce(greatest(extract(epoch from now() - oldest), 0), 0) as oldest_seconds from log_backlog")
                    .query(Backlog.class).single();
            readAt = System.nanoTime();
        }
        return backlog;
    }

    /** What waits in the log, counted up to a bound. */
    private record Backlog(long entries, double oldestSeconds) {
    }
}
