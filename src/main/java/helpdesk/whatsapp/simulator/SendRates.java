package helpdesk.whatsapp.simulator;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How fast a number may send: so many messages a second; and to one customer one in six seconds, or up to 45 in six seconds, which
 * are then waited for. Those to one customer are learnt again at a start.
 */
final class SendRates {

    private static final long SECOND_MS = 1000;
    private static final long PACE_MS = 6000;
    private static final int BURST = 45;
    private static final int MANY = 10_000;

    private final Clock clock;
    private final ArrayDeque<Long> sent = new ArrayDeque<>();
    private final Map<String, Pair> pairs = new ConcurrentHashMap<>();

    /** A burst that began, what was sent in it, and until when the customer's quota is used up. */
    private record Pair(long began, int count, long paidAt) {
    }

    SendRates(Clock clock) {
        this.clock = clock;
    }

    /** False when this second has had its messages. */
    boolean second(int most) {
        synchronized (sent) {
            if (lately() >= most) {
                return false;
            }
            sent.addLast(clock.millis());
            return true;
        }
    }

    /** How many this second has had. */
    int lately() {
        long before = clock.millis() - SECOND_MS;
        synchronized (sent) {
            while (!sent.isEmpty() && sent.peekFirst() <= before) {
                sent.removeFirst();
            }
            return sent.size();
        }
    }

    /** False when this customer's quota is used up. */
    boolean pair(String customer) {
        return pair(customer, clock.millis());
    }

    /** The same of a message that was sent then; they come in their order. */
    boolean pair(String customer, long now) {
        if (pairs.size() > MANY) {
            pairs.values().removeIf(pair -> pair.paidAt() <= now);
        }
        boolean[] allowed = new boolean[1];
        pairs.compute(customer, (key, pair) -> {
            boolean fresh = pair == null || pair.paidAt() <= now;
            boolean within = !fresh && now < pair.began() + PACE_MS && pair.count() < BURST;
            allowed[0] = fresh || within;
            if (fresh) {
                return new Pair(now, 1, now + PACE_MS);
            }
            return within ? new Pair(pair.began(), pair.count() + 1, pair.paidAt() + PACE_MS) : pair;
        });
        return allowed[0];
    }
}
