package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.settings.Settings;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;

/** Bean {@code managementCalls}: how many calls to the account an hour has had, and the refusal of those beyond what it may have. */
public final class ManagementCalls {

    private static final long HOUR_MS = 3_600_000;
    private static final long MINUTE_MS = 60_000;

    private final Settings settings;
    private final Strictness strict;
    private final Clock clock;
    private final AtomicReference<Hour> hour = new AtomicReference<>(new Hour(0, 0));

    private record Hour(long number, int calls) {
    }

    ManagementCalls(Settings settings, Strictness strict, Clock clock) {
        this.settings = settings;
        this.strict = strict;
        this.clock = clock;
    }

    /** Counts the call, when it is one to the account. */
    public void count(GraphCall call) {
        if (call.getKind().equals("account") && pass(1).calls() > most() && strict.management()) {
            throw SimulatedError.of(80007).refusal();
        }
    }

    /** Percent of the hour's calls. */
    int used() {
        return (int) Math.min(100, pass(0).calls() * 100L / most());
    }

    /** Minutes until the next hour. */
    long minutesLeft() {
        return (HOUR_MS - clock.millis() % HOUR_MS + MINUTE_MS - 1) / MINUTE_MS;
    }

    private Hour pass(int calls) {
        long now = clock.millis() / HOUR_MS;
        return hour.updateAndGet(before -> new Hour(now, calls + (before.number() == now ? before.calls() : 0)));
    }

    private int most() {
        return Math.max(1, settings.getInt("whatsapp.simulator.management-calls"));
    }
}
