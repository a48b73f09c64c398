package helpdesk.whatsapp.log;

import helpdesk.whatsapp.StartRefused;
import helpdesk.whatsapp.settings.Settings;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import javax.sql.DataSource;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code pglog:topic} - an append-only log in PostgreSQL. A producer goes on when its entry is committed, together with those of
 * others; a consumer reads batches and advances its offsets in the transaction in which the route has worked on the batch.
 * Topics: {@code webhook}, {@code events}.
 */
public final class PgLogComponent extends DefaultComponent {

    static final Set<String> TOPICS = Set.of("webhook", "events");
    private static final int SHORTEST_RETENTION_DAYS = 8;
    /** What the ledgers look at. */
    private static final int MOST_LANES = 256;
    /** Nobody who posts waits for longer. */
    private static final int LONGEST_DEADLINE_SECONDS = 60;

    private final Map<String, PgLogWriter> writers = new ConcurrentHashMap<>();
    private final Map<String, TopicFigures> figures = new ConcurrentHashMap<>();
    private final Map<String, WakeUp> wakeUps = new ConcurrentHashMap<>();
    private DataSource dataSource;
    private DataSource readers;
    private LogPartitions partitions;
    private ExecutorService completions;
    private int lanes = 16;
    private int queueEntries = 20_000;
    private long queueBytes = 32L * 1024 * 1024;
    private int appendEntries = 500;
    private long appendBytes = 4L * 1024 * 1024;
    private int deadlineSeconds = 10;

    /** As the properties {@code whatsapp.log.*} want it. */
    public static PgLogComponent of(Settings settings, DataSource writers, DataSource readers) {
        int retentionDays = settings.getInt("whatsapp.log.retention-days");
        if (retentionDays < SHORTEST_RETENTION_DAYS) {
            throw new StartRefused("whatsapp.log.retention-days is " + retentionDays + "; it must be at least " + SHORTEST_RETENTION_DAYS
                    + ": Meta repeats a webhook for up to seven days, and what it repeats must be told from what is new.");
        }
        requireBetween(settings, "whatsapp.log.lanes", MOST_LANES);
        requireBetween(settings, "whatsapp.log.queue-entries", Integer.MAX_VALUE);
        requireBetween(settings, "whatsapp.log.queue-bytes", Integer.MAX_VALUE);
        requireBetween(settings, "whatsapp.log.deadline", LONGEST_DEADLINE_SECONDS);
        PgLogComponent log = new PgLogComponent();
        log.setDataSource(writers);
        log.setReaders(readers);
        log.setLanes(settings.getInt("whatsapp.log.lanes"));
        log.setQueueEntries(settings.getInt("whatsapp.log.queue-entries"));
        log.setQueueBytes(settings.getInt("whatsapp.log.queue-bytes"));
        log.setDeadlineSeconds(settings.getInt("whatsapp.log.deadline"));
        return log;
    }

    private static void requireBetween(Settings settings, String key, int most) {
        int value = settings.getInt(key);
        if (value < 1 || value > most) {
            throw new StartRefused(key + " is " + value + "; it must be " + (most == Integer.MAX_VALUE ? "at least 1." : "1 to " + most + "."));
        }
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (!TOPICS.contains(remaining)) {
            throw new IllegalArgumentException("pglog has the topics webhook and events, not " + remaining);
        }
        PgLogEndpoint endpoint = new PgLogEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        // Threads by need: they run the rest of the routes that append.
        completions = getCamelContext().getExecutorServiceManager().newThreadPool(this, "PgLogCompletion", 4, 4);
    }

    @Override
    protected void doStop() throws Exception {
        writers.values().forEach(PgLogWriter::stop);
        writers.clear();
        getCamelContext().getExecutorServiceManager().shutdownGraceful(completions);
        super.doStop();
    }

    /** The writer of a topic, started when something is appended for the first time. */
    PgLogWriter writer(String topic) {
        return writers.computeIfAbsent(topic, name -> {
            PgLogWriter writer = new PgLogWriter(this, name, figures(name));
            writer.start();
            return writer;
        });
    }

    /** What a topic does in this process. */
    public TopicFigures figures(String topic) {
        return figures.computeIfAbsent(topic, name -> new TopicFigures());
    }

    /** Entries of the topic that this process has taken and not yet written. */
    public int queued(String topic) {
        PgLogWriter writer = writers.get(topic);
        return writer == null ? 0 : writer.queued();
    }

    WakeUp wakeUp(String topic) {
        return wakeUps.computeIfAbsent(topic, name -> new WakeUp());
    }

    /** Tells this process's readers of a topic that there is something new. */
    public void wake(String topic) {
        wakeUp(topic).signal();
    }

    ExecutorService getCompletions() {
        return completions;
    }

    public LogPartitions getPartitions() {
        return partitions;
    }

    /** What the writers append with; a few connections of their own, so that nothing else makes a webhook wait. */
    public DataSource getDataSource() {
        return dataSource;
    }

    public void setDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
        partitions = new LogPartitions(dataSource);
    }

    /** What the consumers' transactions are made with: the one that the routes' statements join. */
    public DataSource getReaders() {
        return readers == null ? dataSource : readers;
    }

    public void setReaders(DataSource readers) {
        this.readers = readers;
    }

    /** How many parts of a topic can be worked on at the same time; may be raised, for all processes, with the next start. */
    public int getLanes() {
        return lanes;
    }

    public void setLanes(int lanes) {
        this.lanes = lanes;
    }

    /** Entries that may wait for the writer; more are refused. */
    public int getQueueEntries() {
        return queueEntries;
    }

    public void setQueueEntries(int queueEntries) {
        this.queueEntries = queueEntries;
    }

    /** Bytes of the entries that may wait for the writer; more are refused. */
    public long getQueueBytes() {
        return queueBytes;
    }

    public void setQueueBytes(long queueBytes) {
        this.queueBytes = queueBytes;
    }

    /** Entries that are appended in one transaction at most. */
    public int getAppendEntries() {
        return appendEntries;
    }

    public void setAppendEntries(int appendEntries) {
        this.appendEntries = appendEntries;
    }

    /** Bytes that are appended in one transaction at most, unless a single entry is larger. */
    public long getAppendBytes() {
        return appendBytes;
    }

    public void setAppendBytes(long appendBytes) {
        this.appendBytes = appendBytes;
    }

    /** Seconds after which an entry that still waits is refused. */
    public int getDeadlineSeconds() {
        return deadlineSeconds;
    }

    public void setDeadlineSeconds(int deadlineSeconds) {
        this.deadlineSeconds = deadlineSeconds;
    }
}
