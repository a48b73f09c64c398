package helpdesk.whatsapp.log;

import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/**
 * An endpoint of {@link PgLogComponent}. Options of a consumer: consumer (name of its offsets), workers (threads), lanesAtOnce, batch
 * (entries), batchItems, batchBytes (bounds of a batch), delay (ms between two looks), pauseAfter (equal faults in a row), pauseSeconds.
 */
public final class PgLogEndpoint extends DefaultEndpoint {

    /** The headers that a producer reads: what decides the lane, whether it came from the simulator, what it repeats, how much it holds. */
    public static final String KEY = "pglogKey";
    public static final String SIMULATED = "simulated";
    public static final String REPLAY_OF = "replayOf";
    public static final String ITEMS = "pglogItems";

    private final String topic;
    private String consumer = "inbox";
    private int workers = 2;
    private int lanesAtOnce = 8;
    private int batch = 500;
    private int batchItems = 2000;
    private long batchBytes = 8L * 1024 * 1024;
    private long delay = 100;
    private int pauseAfter = 10;
    private int pauseSeconds = 60;

    PgLogEndpoint(String uri, PgLogComponent component, String topic) {
        super(uri, component);
        this.topic = topic;
    }

    @Override
    public Producer createProducer() {
        return new PgLogProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        Map.of("workers", workers, "lanesAtOnce", lanesAtOnce, "batch", batch, "batchItems", batchItems, "batchBytes", batchBytes,
                "delay", delay, "pauseAfter", pauseAfter, "pauseSeconds", pauseSeconds).forEach(this::requirePositive);
        PgLogConsumer pgLogConsumer = new PgLogConsumer(this, processor);
        configureConsumer(pgLogConsumer);
        return pgLogConsumer;
    }

    private void requirePositive(String option, Number value) {
        if (value.longValue() < 1) {
            throw new IllegalArgumentException("The option " + option + " of pglog:" + topic + " is " + value + "; it must be at least 1.");
        }
    }

    @Override
    public PgLogComponent getComponent() {
        return (PgLogComponent) super.getComponent();
    }

    public String getTopic() {
        return topic;
    }

    public String getConsumer() {
        return consumer;
    }

    public void setConsumer(String consumer) {
        this.consumer = consumer;
    }

    public int getWorkers() {
        return workers;
    }

    public void setWorkers(int workers) {
        this.workers = workers;
    }

    public int getLanesAtOnce() {
        return lanesAtOnce;
    }

    public void setLanesAtOnce(int lanesAtOnce) {
        this.lanesAtOnce = lanesAtOnce;
    }

    public int getBatch() {
        return batch;
    }

    public void setBatch(int batch) {
        this.batch = batch;
    }

    public int getBatchItems() {
        return batchItems;
    }

    public void setBatchItems(int batchItems) {
        this.batchItems = batchItems;
    }

    public long getBatchBytes() {
        return batchBytes;
    }

    public void setBatchBytes(long batchBytes) {
        this.batchBytes = batchBytes;
    }

    public long getDelay() {
        return delay;
    }

    public void setDelay(long delay) {
        this.delay = delay;
    }

    public int getPauseAfter() {
        return pauseAfter;
    }

    public void setPauseAfter(int pauseAfter) {
        this.pauseAfter = pauseAfter;
    }

    public int getPauseSeconds() {
        return pauseSeconds;
    }

    public void setPauseSeconds(int pauseSeconds) {
        this.pauseSeconds = pauseSeconds;
    }
}
