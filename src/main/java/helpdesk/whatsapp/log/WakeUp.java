package helpdesk.whatsapp.log;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A signal that is not lost: who waits from a mark that was taken before the last signal does not wait. */
final class WakeUp {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition signalled = lock.newCondition();
    private long signals;

    long mark() {
        lock.lock();
        try {
            return signals;
        } finally {
            lock.unlock();
        }
    }

    void signal() {
        lock.lock();
        try {
            signals++;
            signalled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a signal after the mark, at most for some milliseconds. */
    void await(long mark, long milliseconds) throws InterruptedException {
        long nanos = TimeUnit.MILLISECONDS.toNanos(milliseconds);
        lock.lock();
        try {
            while (signals == mark && nanos > 0) {
                nanos = signalled.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }
}
