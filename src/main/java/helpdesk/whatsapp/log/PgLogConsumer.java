package helpdesk.whatsapp.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.ScheduledPollConsumer;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads a topic: claims a lane that has entries, gives the route one batch as a list of {@link LogEntry} inside a
 * transaction, then advances the lane's offset and commits. When the route fails, all of it rolls back, the lag stays, and
 * the batch comes again, later and later while the fault lasts.
 */
public final class PgLogConsumer extends ScheduledPollConsumer {

    private static final String MAKE_LANES = """
            insert into lane_offset (topic, consumer, lane) select ?, ?, generate_series(0, ? - 1)
            on conflict do nothing""";
    private static final String CLAIM = """
            select o.lane, o.last_pos from lane_offset o
            where o.topic = ? and o.consumer = ?
              and exists (select 1 from %s l where l.lane = o.lane and l.pos > o.last_pos)
            order by random() limit 1 for update skip locked""";
    private static final String READ = """
            select pos, received_at, simulated, replay_of, payload from %s
            where lane = ? and pos > ? order by pos limit ?""";
    private static final String ADVANCE = """
            update lane_offset set last_pos = ?, updated_at = now()
            where topic = ? and consumer = ? and lane = ?""";
    private static final int SECONDS_BETWEEN_TRIES = 30;
    /** A batch ends with the entry that fills this: a few webhooks of 3 MB would not fit into memory by the hundred. */
    private static final long BATCH_BYTES = 8L * 1024 * 1024;
    private static final int ROWS_AT_ONCE = 10;

    private final PgLogEndpoint endpoint;
    private final TransactionTemplate transaction;
    private boolean lanesMade;
    private int faultsInARow;
    private long notBefore;

    PgLogConsumer(PgLogEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        transaction = new TransactionTemplate(new DataSourceTransactionManager(endpoint.getComponent().getDataSource()));
        setDelay(100);
        setGreedy(true);
    }

    @Override
    protected int poll() {
        if (System.nanoTime() < notBefore) {
            return 0;
        }
        try {
            makeLanes();
            Integer read = transaction.execute(status -> readOneBatch());
            if (faultsInARow > 0) {
                log().info("Topic {} is read again after {} faults.", endpoint.getTopic(), faultsInARow);
            }
            faultsInARow = 0;
            return read == null ? 0 : read;
        } catch (RuntimeException | Error e) {      // an Error that leaves a poll would end the polling for good
            faultsInARow++;
            long wait = Math.min(SECONDS_BETWEEN_TRIES * 1000L, 200L << Math.min(faultsInARow - 1, 8));
            notBefore = System.nanoTime() + wait * 1_000_000;
            log().warn("Topic {} could not be worked on, fault {} in a row; again in {} ms: {}",
                    endpoint.getTopic(), faultsInARow, wait, rootMessage(e), faultsInARow == 1 ? e : null);
            return 0;
        }
    }

    private static org.slf4j.Logger log() {
        return org.slf4j.LoggerFactory.getLogger(PgLogConsumer.class);
    }

    private static String rootMessage(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }

    private void makeLanes() {
        if (!lanesMade) {
            transaction.executeWithoutResult(status -> update(MAKE_LANES,
                    endpoint.getTopic(), endpoint.getConsumer(), endpoint.getLanes()));
            lanesMade = true;
        }
    }

    private int readOneBatch() {
        Connection connection = connection();
        try (PreparedStatement claim = connection.prepareStatement(CLAIM.formatted(endpoint.table()))) {
            claim.setString(1, endpoint.getTopic());
            claim.setString(2, endpoint.getConsumer());
            int lane;
            long last;
            try (ResultSet claimed = claim.executeQuery()) {
                if (!claimed.next()) {
                    return 0;
                }
                lane = claimed.getInt(1);
                last = claimed.getLong(2);
            }
            List<LogEntry> batch = read(connection, lane, last);
            // A claim that waited for nobody may still see an offset that has moved: then there is nothing to read.
            if (!batch.isEmpty()) {
                process(batch);
                long position = batch.get(batch.size() - 1).position();
                update(ADVANCE, position, endpoint.getTopic(), endpoint.getConsumer(), lane);
            }
            return batch.size();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<LogEntry> read(Connection connection, int lane, long last) throws SQLException {
        List<LogEntry> batch = new ArrayList<>();
        try (PreparedStatement read = connection.prepareStatement(READ.formatted(endpoint.table()))) {
            read.setInt(1, lane);
            read.setLong(2, last);
            read.setInt(3, endpoint.getBatch());
            read.setFetchSize(ROWS_AT_ONCE);
            long bytes = 0;
            try (ResultSet rows = read.executeQuery()) {
                while (bytes < BATCH_BYTES && rows.next()) {
                    batch.add(new LogEntry(lane, rows.getLong(1), rows.getObject(2, OffsetDateTime.class).toInstant(),
                            rows.getBoolean(3), rows.getObject(4, Long.class), rows.getBytes(5)));
                    bytes += batch.get(batch.size() - 1).payload().length;
                }
            }
        }
        return batch;
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

    private void update(String sql, Object... parameters) {
        try (PreparedStatement update = connection().prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                update.setObject(i + 1, parameters[i]);
            }
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection connection() {
        return DataSourceUtils.getConnection(endpoint.getComponent().getDataSource());
    }
}
