package helpdesk.whatsapp.log;

import helpdesk.whatsapp.db.SqlFaults;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.jdbc.PgConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a topic in this process: everything that has arrived while it was committing goes into its next transaction, so
 * that one flush of the disk serves many callers (group commit). The queue is bounded by entries and bytes; what does not fit is
 * refused at once.
 */
final class PgLogWriter implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(PgLogWriter.class);

    // One statement: the head row stays locked until its commit, so positions are dense and in commit order. Replays are counted where
    // they are appended, in the same row: so the ledger of events adds up at every moment, and nobody waits for it.
    private static final String APPEND = """
            with entry as (select cast(? as smallint[]) as lanes, cast(? as boolean[]) as simulated, cast(? as bigint[]) as replays,
                                  cast(? as int[]) as items, cast(? as bytea[]) as payloads),
            head as (update log_head set pos = pos + cardinality(entry.lanes),
                                         replays = log_head.replays + cardinality(array_remove(entry.replays, null))
                     from entry where topic = '%1$s'
                     returning pos - cardinality(entry.lanes) as before),
            appended as (
                insert into %1$s_log (pos, lane, simulated, replay_of, items, payload)
                select head.before + e.n, e.lane, e.simulated, e.replay_of, e.items, e.payload
                from head, entry, unnest(entry.lanes, entry.simulated, entry.replays, entry.items, entry.payloads)
                     with ordinality as e (lane, simulated, replay_of, items, payload, n))
            select before from head""";

    private static final int COMPLETED_TOGETHER = 50;
    /** Longer than a connection is waited for, and then the server's answer. */
    private static final int LONGEST_APPEND_SECONDS = 15;

    private final PgLogComponent log;
    private final String topic;
    private final BlockingQueue<Append> queue;
    private final String append;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final TopicFigures figures;
    private volatile boolean stopped;
    private volatile boolean ended;
    private Thread thread;
    private Append carried;

    PgLogWriter(PgLogComponent log, String topic, TopicFigures figures) {
        this.log = log;
        this.topic = topic;
        this.figures = figures;
        append = APPEND.formatted(topic);
        queue = new ArrayBlockingQueue<>(log.getQueueEntries());
    }

    void start() {
        thread = log.getCamelContext().getExecutorServiceManager().newThread("PgLogWriter-" + topic, this);
        thread.start();
    }

    /** What is queued is still written; returns when it is. */
    void stop() {
        stopped = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(Math.max(LONGEST_APPEND_SECONDS, log.getDeadlineSeconds())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int queued() {
        return queue.size();
    }

    /** Queues an entry, or throws {@link LogFull} at once. */
    void submit(Append entry) {
        if (stopped) {
            throw stopping();
        }
        long bytes = queuedBytes.addAndGet(entry.payload().length);
        // A single entry is never too large for an empty queue.
        boolean full = bytes > log.getQueueBytes() && bytes > entry.payload().length;
        if (full || !queue.offer(entry)) {
            queuedBytes.addAndGet(-entry.payload().length);
            figures.refused();
            throw new LogFull("The queue of topic " + topic + " is full.");
        }
        // It may have come after the last look into the queue.
        if (ended && queue.remove(entry)) {
            throw stopping();
        }
    }

    @Override
    public void run() {
        while (!stopped || !queue.isEmpty() || carried != null) {
            List<Append> batch = List.of();
            try {
                batch = nextBatch();
                if (!batch.isEmpty()) {
                    write(batch);
                }
            } catch (InterruptedException e) {
                stopped = true;
            } catch (Throwable e) {         // whatever it is, the writer goes on: nobody else would write
                figures.appendFailed();
                LOG.warn("{} entries of topic {} could not be appended; their callers come again: {}", batch.size(), topic, e.toString());
                LogFull refused = new LogFull("Topic " + topic + " cannot be appended to.", e);
                batch.forEach(entry -> refuse(entry, refused));
            }
        }
        ended = true;
        for (Append entry = queue.poll(); entry != null; entry = queue.poll()) {
            refuse(entry, stopping());
        }
    }

    private LogFull stopping() {
        return new LogFull("Topic " + topic + " takes no entries any more: the process is being stopped.");
    }

    private List<Append> nextBatch() throws InterruptedException {
        List<Append> batch = new ArrayList<>();
        long bytes = 0;
        Append next = carried == null ? queue.poll(100, TimeUnit.MILLISECONDS) : carried;
        carried = null;
        while (next != null) {
            if (!batch.isEmpty() && bytes + next.payload().length > log.getAppendBytes()) {
                carried = next;
                return batch;
            }
            queuedBytes.addAndGet(-next.payload().length);
            if (System.nanoTime() - next.deadline() > 0) {
                figures.refused();
                refuse(next, new LogFull("An entry of topic " + topic + " has waited for too long."));
            } else {
                batch.add(next);
                bytes += next.payload().length;
            }
            next = batch.size() < log.getAppendEntries() ? queue.poll() : null;
        }
        return batch;
    }

    private void write(List<Append> batch) throws SQLException {
        long begin = System.nanoTime();
        long before;
        try {
            before = append(batch);
        } catch (SQLException e) {
            if (!SqlFaults.isPartitionMissing(e)) {
                throw e;
            }
            // Nothing was written, for certain: the days that are missing are made, of all topics, and the batch is written after all.
            log.getPartitions().prepare();
            before = append(batch);
        }
        figures.appended(batch.size(), System.nanoTime() - begin);
        log.wake(topic);
        complete(batch, before);
    }

    // Arrays of primitives go to the server in binary form, as bytes do; arrays of objects as text.
    private long append(List<Append> batch) throws SQLException {
        int count = batch.size();
        short[] lanes = new short[count];
        boolean[] simulated = new boolean[count];
        Long[] replays = new Long[count];
        int[] items = new int[count];
        byte[][] payloads = new byte[count][];
        for (int i = 0; i < count; i++) {
            Append entry = batch.get(i);
            lanes[i] = (short) entry.lane(log.getLanes());
            simulated[i] = entry.simulated();
            replays[i] = entry.replayOf();
            items[i] = entry.items();
            payloads[i] = entry.payload();
        }
        try (Connection connection = log.getDataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(append)) {
            PgConnection driver = connection.unwrap(PgConnection.class);
            statement.setArray(1, driver.createArrayOf("smallint", lanes));
            statement.setArray(2, driver.createArrayOf("boolean", simulated));
            statement.setArray(3, driver.createArrayOf("bigint", replays));
            statement.setArray(4, driver.createArrayOf("int", items));
            statement.setArray(5, driver.createArrayOf("bytea", payloads));
            try (ResultSet head = statement.executeQuery()) {
                head.next();
                return head.getLong(1);
            }
        }
    }

    // The rest of the callers' routes runs on other threads, some callers in one go: a slow one must not keep the next batch waiting.
    private void complete(List<Append> batch, long before) {
        for (int from = 0; from < batch.size(); from += COMPLETED_TOGETHER) {
            int begin = from;
            int end = Math.min(batch.size(), from + COMPLETED_TOGETHER);
            answer(() -> {
                for (int i = begin; i < end; i++) {
                    batch.get(i).position().complete(before + i + 1);
                }
            });
        }
    }

    private void refuse(Append entry, LogFull refused) {
        answer(() -> entry.position().completeExceptionally(refused));
    }

    // A pool that is shut down would drop it without a word.
    private void answer(Runnable callers) {
        if (log.getCompletions().isShutdown()) {
            callers.run();
        } else {
            log.getCompletions().execute(callers);
        }
    }
}
