package helpdesk.whatsapp.web;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that all bodies under way may have together. */
final class BodyRoom {

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    BodyRoom(long limit) {
        this.limit = limit;
    }

    /** One body's part of the room; it begins with nothing. */
    final class Share {

        private long bytes;
        private boolean ended;

        /** Takes so many bytes in all, unless it has them already. False when that is more than there is: then the body has to go. */
        synchronized boolean growTo(long all) {
            if (ended || all <= bytes) {
                return true;
            }
            long more = all - bytes;
            bytes = all;
            return taken.addAndGet(more) <= limit;
        }

        synchronized void end() {
            if (!ended) {
                ended = true;
                taken.addAndGet(-bytes);
            }
        }
    }
}
