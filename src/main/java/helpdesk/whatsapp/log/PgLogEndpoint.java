package helpdesk.whatsapp.log;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.ScheduledPollEndpoint;

/** An endpoint of {@link PgLogComponent}. Options: consumer (name of the offsets), lanes, batch (entries), delay (ms). */
public final class PgLogEndpoint extends ScheduledPollEndpoint {

    /** The headers that a producer reads: what decides the lane, whether the entry came from the simulator, what it repeats. */
    public static final String KEY = "pglogKey";
    public static final String SIMULATED = "simulated";
    public static final String REPLAY_OF = "replayOf";

    private final String topic;
    private String consumer = "inbox";
    private int lanes = 16;
    private int batch = 200;

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
        PgLogConsumer pollingConsumer = new PgLogConsumer(this, processor);
        configureConsumer(pollingConsumer);
        return pollingConsumer;
    }

    @Override
    public PgLogComponent getComponent() {
        return (PgLogComponent) super.getComponent();
    }

    String table() {
        return topic + "_log";
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

    public int getLanes() {
        return lanes;
    }

    public void setLanes(int lanes) {
        this.lanes = lanes;
    }

    public int getBatch() {
        return batch;
    }

    public void setBatch(int batch) {
        this.batch = batch;
    }
}
