package helpdesk.whatsapp.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads a topic. Each of its workers claims lanes that have entries, gives the route one batch as a list of {@link LogEntry} inside
 * a transaction, then advances the lanes' offsets and commits. When the route fails, all of it rolls back, the lag stays, and
 * the batch comes again ({@link LaneFaults}). A lane belongs to a worker for one transaction: what a killed process held is free at once.
 */
public final class PgLogConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(PgLogConsumer.class);

    private static final String MAKE_LANES = """
            insert into lane_offset (topic, consumer, lane) select ?, ?, generate_series(0, ? - 1)
            on conflict do nothing""";
    private static final String HEAD = "select pos from log_head where topic = ?";
    // Some lanes that have entries and that nobody else works on, and of their entries the first, as many as the bounds allow.
    // The order of positions holds across lanes, so what a bound cuts off comes next. An entry beyond a bound comes alone.
    static final String CLAIM = """
            with claimed as (
                select o.lane, o.last_pos from lane_offset o
                where o.topic = ? and o.consumer = ? and %2$s
                  and (select l.pos from %1$s_log l where l.lane = o.lane and l.pos > o.last_pos order by l.pos limit 1) is not null
                order by random() limit ? for update skip locked
            ), entry as (
                select l.*, row_number() over w as n, sum(octet_length(l.payload)) over w as bytes, sum(l.items) over w as items_so_far
                from claimed
                cross join lateral (select * from %1$s_log l where l.lane = claimed.lane and l.pos > claimed.last_pos
                                    order by l.pos limit (select greatest(? / count(*), ? / 4, 1) from claimed)) as l
                window w as (order by l.pos rows unbounded preceding)
            )
            select lane, pos, received_at, simulated, replay_of, payload from entry
            where n = 1 or n <= ? and bytes <= ? and items_so_far <= ? order by pos""";
    private static final String HAS_ENTRIES = """
            select exists (select 1 from %s_log l where l.lane = o.lane and l.pos > o.last_pos)
            from lane_offset o where o.topic = ? and o.consumer = ? and o.lane = ?""";
    private static final String ADVANCE = """
            update lane_offset o set last_pos = read.pos, updated_at = now()
            from unnest(cast(? as smallint[]), cast(? as bigint[])) as read (lane, pos)
            where o.topic = ? and o.consumer = ? and o.lane = read.lane""";
    /** What another instance has appended, or has left behind, is looked for at least this often. */
    private static final long FULL_LOOK_MS = 1000;

    /** Entries of a batch from which on more are on their way: a short wait lets the next one grow, which costs less for each entry. */
    private static final int BUSY_FROM = 20;

    private final PgLogEndpoint endpoint;
    private final DataSource dataSource;
    private final TransactionTemplate transaction;
    private final TopicFigures figures;
    private final LaneFaults faults;
    private ExecutorService workers;
    private volatile boolean stopping;
    private volatile boolean lanesMade;

    PgLogConsumer(PgLogEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        dataSource = endpoint.getComponent().getReaders();
        transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        figures = endpoint.getComponent().figures(endpoint.getTopic());
        faults = new LaneFaults(endpoint, figures);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        stopping = false;
        workers = endpoint.getCamelContext().getExecutorServiceManager().newFixedThreadPool(this,
                "pglog-" + endpoint.getTopic() + "-" + endpoint.getConsumer(), endpoint.getWorkers());
        for (int i = 0; i < endpoint.getWorkers(); i++) {
            workers.execute(new Worker());
        }
    }

    @Override
    protected void doStop() throws Exception {
        stopping = true;
        endpoint.getComponent().wake(endpoint.getTopic());
        if (workers != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdownGraceful(workers);   // after the batch at hand
        }
        faults.forget();
        super.doStop();
    }

    /** Batch after batch while there is something to read; else it waits for a signal of this process's writer, or a while. */
    final class Worker implements Runnable {

        private long headSeen = -1;
        private long lookedAt;
        private int lastRead;

        @Override
        public void run() {
            WakeUp wakeUp = endpoint.getComponent().wakeUp(endpoint.getTopic());
            while (!stopping && !Thread.currentThread().isInterrupted()) {
                long mark = wakeUp.mark();
                try {
                    if (!readSomething()) {
                        wakeUp.await(mark, endpoint.getDelay());
                    } else if (lastRead >= BUSY_FROM && lastRead < endpoint.getBatch() / 2) {
                        TimeUnit.MILLISECONDS.sleep(endpoint.getDelay());
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        /** False when there is nothing to read now, or it can't be read. */
        boolean readSomething() {
            if (faults.allWait()) {
                return false;
            }
            List<Integer> lanes = new ArrayList<>();
            try {
                makeLanes();
                for (int lane : faults.dueAgain()) {
                    lanes.clear();
                    if (inTransaction("o.lane = " + lane, 1, lanes) == 0 && !hasEntries(lane)) {
                        faults.worked(List.of(lane));       // another instance did it
                    }
                }
                lanes.clear();
                if (nothingNew()) {
                    return false;
                }
                List<Integer> troubled = faults.troubled();
                String healthy = troubled.isEmpty() ? "true" : "o.lane not in (" + joined(troubled) + ")";
                int read = inTransaction(healthy, endpoint.getLanesAtOnce(), lanes);
                lastRead = read;
                if (read > 0) {
                    headSeen = -1;
                }
                return read > 0;
            } catch (RuntimeException | Error e) {      // an Error that ended the worker would end the reading for good
                faults.failed(List.copyOf(lanes), e);
                headSeen = -1;
                return false;
            }
        }

        // The log's head tells cheaply that nothing was appended since the last look, which found nothing.
        private boolean nothingNew() {
            long head = head();
            boolean same = head == headSeen && System.nanoTime() - lookedAt < FULL_LOOK_MS * 1_000_000;
            if (!same) {
                headSeen = head;
                lookedAt = System.nanoTime();
            }
            return same;
        }
    }

    private static String joined(List<Integer> lanes) {
        return String.join(",", lanes.stream().map(String::valueOf).toList());
    }

    private void makeLanes() {
        if (!lanesMade) {
            transaction.executeWithoutResult(status -> {
                try (PreparedStatement make = connection().prepareStatement(MAKE_LANES)) {
                    make.setString(1, endpoint.getTopic());
                    make.setString(2, endpoint.getConsumer());
                    make.setInt(3, endpoint.getComponent().getLanes());
                    make.executeUpdate();
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            lanesMade = true;
        }
    }

    private long head() {
        try (Connection connection = dataSource.getConnection(); PreparedStatement head = connection.prepareStatement(HEAD)) {
            head.setString(1, endpoint.getTopic());
            try (ResultSet row = head.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean hasEntries(int lane) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement entries = connection.prepareStatement(HAS_ENTRIES.formatted(endpoint.getTopic()))) {
            entries.setString(1, endpoint.getTopic());
            entries.setString(2, endpoint.getConsumer());
            entries.setInt(3, lane);
            try (ResultSet row = entries.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Works on one batch. {@code lanes} tells, also after a fault, which lanes it is of. */
    private int inTransaction(String which, int atOnce, List<Integer> lanes) {
        long begin = System.nanoTime();
        Integer read = transaction.execute(status -> workOnBatch(which, atOnce, lanes));
        if (read > 0) {
            figures.read(read, System.nanoTime() - begin);
        }
        faults.worked(lanes);
        return read;
    }

    private int workOnBatch(String which, int atOnce, List<Integer> lanes) {
        try {
            List<LogEntry> batch = claim(which, atOnce);
            // A claim that waited for nobody may still see an offset that has moved: then there is nothing to read.
            if (!batch.isEmpty()) {
                batch.stream().map(LogEntry::lane).distinct().sorted().forEach(lanes::add);
                process(batch);
                advance(batch, lanes);
            }
            return batch.size();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<LogEntry> claim(String which, int atOnce) throws SQLException {
        List<LogEntry> batch = new ArrayList<>();
        try (PreparedStatement claim = connection().prepareStatement(CLAIM.formatted(endpoint.getTopic(), which))) {
            claim.setString(1, endpoint.getTopic());
            claim.setString(2, endpoint.getConsumer());
            claim.setInt(3, atOnce);
            claim.setInt(4, endpoint.getBatch());
            claim.setInt(5, endpoint.getBatch());
            claim.setInt(6, endpoint.getBatch());
            claim.setLong(7, endpoint.getBatchBytes());
            claim.setLong(8, endpoint.getBatchItems());
            try (ResultSet rows = claim.executeQuery()) {
                while (rows.next()) {
                    batch.add(new LogEntry(rows.getInt(1), rows.getLong(2), rows.getObject(3, OffsetDateTime.class).toInstant(),
                            rows.getBoolean(4), rows.getObject(5, Long.class), rows.getBytes(6)));
                }
            }
        }
        return batch;
    }

    private void advance(List<LogEntry> batch, List<Integer> lanes) throws SQLException {
        Long[] last = lanes.stream().map(lane -> batch.stream().filter(entry -> entry.lane() == lane)
                .mapToLong(LogEntry::position).max().orElseThrow()).toArray(Long[]::new);
        Connection connection = connection();
        try (PreparedStatement advance = connection.prepareStatement(ADVANCE)) {
            advance.setArray(1, connection.createArrayOf("smallint", lanes.stream().map(Integer::shortValue).toArray()));
            advance.setArray(2, connection.createArrayOf("bigint", last));
            advance.setString(3, endpoint.getTopic());
            advance.setString(4, endpoint.getConsumer());
            advance.executeUpdate();
        }
    }

    private void process(List<LogEntry> batch) {
        Exchange exchange = createExchange(false);
        try {
            exchange.getExchangeExtension().setTransacted(true);
            exchange.getMessage().setBody(batch);
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw new IllegalStateException("The route failed on a batch.", exchange.getException());
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("The route failed on a batch.", e);
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private Connection connection() {
        return DataSourceUtils.getConnection(dataSource);
    }
}
