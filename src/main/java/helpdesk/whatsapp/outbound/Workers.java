package helpdesk.whatsapp.outbound;

/**
 * Bean {@code outboundWorkers}: how many sends may still begin in this process, and when it is worth to look for some. A worker
 * is taken when an attempt begins and free again when its end is recorded: so no attempt waits for its call.
 */
public final class Workers {

    private int free;
    private boolean woken;

    public Workers(int workers) {
        free = workers;
    }

    /** Until somebody wakes us while a worker is free, or some milliseconds have passed. Returns how many are free then. */
    public synchronized int await(long ms) throws InterruptedException {
        long deadline = System.nanoTime() + ms * 1_000_000;
        for (long left = ms; left > 0 && (!woken || free == 0); left = (deadline - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        woken = false;
        return free;
    }

    /** There may be something to send. */
    public synchronized void wake() {
        woken = true;
        notifyAll();
    }

    public synchronized void take(int workers) {
        free -= workers;
    }

    public synchronized void release(int workers) {
        free += workers;
        wake();
    }
}
