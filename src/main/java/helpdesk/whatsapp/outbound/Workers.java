package helpdesk.whatsapp.outbound;

/**
 * Bean {@code outboundWorkers}: how many sends may still begin in this process, and when it is worth to look for some. A worker
 * is taken when an attempt begins and free again when its end is recorded: so no attempt waits for its call.
 */
public final class Workers {

    /** How often a look is a whole one: costly only while somebody keeps a transaction open for long. */
    private static final long WHOLE_NS = 30_000_000_000L;

    private int free;
    private boolean woken;
    private long looked = System.nanoTime();
    private boolean lookedWhole;
    private long wholeAt;

    public Workers(int workers) {
        free = workers;
    }

    /** How many sends may begin now: 0 while no worker is free, or while nobody woke us since the last look {@code pollMs} ago. */
    public synchronized int mayStart(long pollMs) {
        long now = System.nanoTime();
        if (free == 0 || !woken && now - looked < pollMs * 1_000_000) {
            return 0;
        }
        woken = false;
        looked = now;
        return free;
    }

    /** Whether this look is one at all that waits, not only at what has become due since the last one: the first, and then some. */
    public synchronized boolean looksWhole() {
        long now = System.nanoTime();
        boolean whole = !lookedWhole || now - wholeAt >= WHOLE_NS;
        if (whole) {
            lookedWhole = true;
            wholeAt = now;
        }
        return whole;
    }

    /** There may be something to send. */
    public synchronized void wake() {
        woken = true;
    }

    public synchronized void take(int workers) {
        free -= workers;
    }

    public synchronized void release(int workers) {
        free += workers;
        wake();
    }
}
