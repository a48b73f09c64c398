package helpdesk.whatsapp.log;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What this process has done with a topic since its start, and which lanes it can't work on. */
public final class TopicFigures {

    /** Share of the newest batch in a running mean. */
    private static final double WEIGHT = 0.05;

    private final Map<String, String> paused = new ConcurrentHashMap<>();
    private long appended;
    private long appends;
    private long appendNanos;
    private long refused;
    private long refusedAt;
    private long failedAppends;
    private boolean lastFailed;
    private long failedAt;
    private double appendSize;
    private double appendMillis;
    private long read;
    private long batches;
    private long batchNanos;
    private long failedBatches;
    private double batchSize;
    private double batchMillis;

    synchronized void appended(int entries, long nanos) {
        lastFailed = false;
        appended += entries;
        appends++;
        appendNanos += nanos;
        appendSize = mean(appendSize, entries, appends);
        appendMillis = mean(appendMillis, nanos / 1e6, appends);
    }

    synchronized void refused() {
        refused++;
        refusedAt = System.nanoTime();
    }

    synchronized void appendFailed() {
        failedAppends++;
        lastFailed = true;
        failedAt = System.nanoTime();
    }

    synchronized void read(int entries, long nanos) {
        read += entries;
        batches++;
        batchNanos += nanos;
        batchSize = mean(batchSize, entries, batches);
        batchMillis = mean(batchMillis, nanos / 1e6, batches);
    }

    synchronized void batchFailed() {
        failedBatches++;
    }

    /** A lane of a consumer fails with the same fault again and again, or none can be claimed at all. */
    void paused(String what, String fault) {
        paused.put(what, fault);
    }

    void resumed(String what) {
        paused.remove(what);
    }

    private static double mean(double before, double now, long count) {
        return before + (now - before) * Math.max(WEIGHT, 1.0 / count);
    }

    /** What is paused, with the fault. */
    public Map<String, String> getPaused() {
        return new TreeMap<>(paused);
    }

    /** Entries that were appended. */
    public synchronized long getAppended() {
        return appended;
    }

    /** Transactions that appended them. */
    public synchronized long getAppends() {
        return appends;
    }

    /** Nanoseconds that they took together. */
    public synchronized long getAppendNanos() {
        return appendNanos;
    }

    /** Entries that were refused because the queue was full or they had waited for too long. */
    public synchronized long getRefused() {
        return refused;
    }

    /** The newest of them was refused less than a minute ago. */
    public synchronized boolean isRefusing() {
        return refused > 0 && isOfTheLastMinute(refusedAt);
    }

    /** Transactions that failed, or whose outcome is unknown. */
    public synchronized long getFailedAppends() {
        return failedAppends;
    }

    /** The newest transaction that appends has failed, less than a minute ago. */
    public synchronized boolean isFailing() {
        return lastFailed && isOfTheLastMinute(failedAt);
    }

    private static boolean isOfTheLastMinute(long nanos) {
        return System.nanoTime() - nanos < TimeUnit.MINUTES.toNanos(1);
    }

    /** Entries in a transaction that appends, a running mean. */
    public synchronized double getAppendSize() {
        return appendSize;
    }

    /** Milliseconds that such a transaction takes, a running mean. */
    public synchronized double getAppendMillis() {
        return appendMillis;
    }

    /** Entries that were worked on. */
    public synchronized long getRead() {
        return read;
    }

    /** Batches that they were worked on in. */
    public synchronized long getBatches() {
        return batches;
    }

    /** Nanoseconds that they took together. */
    public synchronized long getBatchNanos() {
        return batchNanos;
    }

    /** Batches that were rolled back. */
    public synchronized long getFailedBatches() {
        return failedBatches;
    }

    /** Entries in a batch, a running mean. */
    public synchronized double getBatchSize() {
        return batchSize;
    }

    /** Milliseconds that the transaction of a batch takes, a running mean. */
    public synchronized double getBatchMillis() {
        return batchMillis;
    }
}
