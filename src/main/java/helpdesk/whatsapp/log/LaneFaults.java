package helpdesk.whatsapp.log;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a consumer can't work on at the moment. A lane whose batch failed is tried again later and later, alone, so that
 * it doesn't keep its neighbours; after many equal faults in a row it is paused: tried once a minute, with an alarm in the log and the
 * health answer until it works. Faults before a lane is claimed - no database - count for all of them.
 */
final class LaneFaults {

    /** Stands for all lanes. */
    static final int ALL = -1;

    private static final Logger LOG = LoggerFactory.getLogger(LaneFaults.class);
    private static final long FIRST_WAIT_MS = 200;
    /** A database that is back should not wait for us for long. */
    private static final long LONGEST_WAIT_FOR_ALL_MS = 5_000;

    private final PgLogEndpoint endpoint;
    private final TopicFigures figures;
    private final Map<Integer, Trouble> troubles = new HashMap<>();

    private static final class Trouble {
        private int faults;
        private int equal;
        private String kind;
        private long notBefore;
        private boolean paused;
    }

    LaneFaults(PgLogEndpoint endpoint, TopicFigures figures) {
        this.endpoint = endpoint;
        this.figures = figures;
    }

    /** True when nothing at all should be tried now. */
    synchronized boolean allWait() {
        return troubles.containsKey(ALL) && waits(troubles.get(ALL));
    }

    /** Lanes that have failed and must not be claimed together with others. */
    synchronized List<Integer> troubled() {
        return troubles.keySet().stream().filter(lane -> lane != ALL).toList();
    }

    /** Of those, the ones that may be tried again now. */
    synchronized List<Integer> dueAgain() {
        List<Integer> due = new ArrayList<>();
        troubles.forEach((lane, trouble) -> {
            if (lane != ALL && !waits(trouble)) {
                due.add(lane);
            }
        });
        return due;
    }

    private static boolean waits(Trouble trouble) {
        return System.nanoTime() - trouble.notBefore < 0;
    }

    synchronized void worked(List<Integer> lanes) {
        end(ALL);
        lanes.forEach(this::end);
    }

    private void end(int lane) {
        Trouble trouble = troubles.remove(lane);
        if (trouble != null) {
            figures.resumed(name(lane));
            LOG.info("Topic {}: {} is read again after {} faults.", endpoint.getTopic(), name(lane), trouble.faults);
        }
    }

    synchronized void failed(List<Integer> lanes, Throwable fault) {
        figures.batchFailed();
        (lanes.isEmpty() ? List.of(ALL) : lanes).forEach(lane -> failed(lane, fault));
    }

    private void failed(int lane, Throwable fault) {
        Trouble trouble = troubles.computeIfAbsent(lane, key -> new Trouble());
        Throwable root = root(fault);
        String kind = root.getClass().getName() + (root instanceof SQLException sql ? sql.getSQLState() : "");
        String reason = root.getClass().getSimpleName() + ": " + root.getMessage();
        trouble.faults++;
        trouble.equal = kind.equals(trouble.kind) ? trouble.equal + 1 : 1;
        trouble.kind = kind;
        long pause = endpoint.getPauseSeconds() * 1000L;
        if (lane == ALL) {
            pause = Math.min(pause, LONGEST_WAIT_FOR_ALL_MS);
        }
        if (trouble.equal >= endpoint.getPauseAfter()) {
            trouble.notBefore = System.nanoTime() + pause * 1_000_000;
            if (!trouble.paused) {
                LOG.error("Topic {}: {} is paused, it has failed {} times in a row in the same way. It is tried every {} s, nothing of it is lost. {}",
                        endpoint.getTopic(), name(lane), trouble.equal, pause / 1000, reason);
            }
            trouble.paused = true;
            figures.paused(name(lane), reason);
        } else {
            long wait = Math.min(pause, FIRST_WAIT_MS << Math.min(trouble.faults - 1, 8));
            trouble.notBefore = System.nanoTime() + wait * 1_000_000;
            LOG.warn("Topic {}: {} could not be worked on, fault {} in a row; again in {} ms: {}",
                    endpoint.getTopic(), name(lane), trouble.faults, wait, reason, trouble.faults == 1 ? fault : null);
        }
    }

    private String name(int lane) {
        return endpoint.getConsumer() + (lane == ALL ? "" : "/" + lane);
    }

    private static Throwable root(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Nothing of this consumer is paused any more: it has been stopped, or its route replaced. */
    synchronized void forget() {
        troubles.keySet().forEach(lane -> figures.resumed(name(lane)));
        troubles.clear();
    }
}
