package helpdesk.whatsapp.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.springframework.dao.DataAccessResourceFailureException;

/** An instance under load that is killed again and again, and what the world outside saw of it. */
final class CrashRun implements AutoCloseable {

    /** Of whom, and at which fault point; null is any moment. */
    record Kill(FaultPoint.Victim victim, FaultPoint point) {

        static Kill atAnyMoment(FaultPoint.Victim victim) {
            return new Kill(victim, null);
        }

        static Kill at(FaultPoint point) {
            return new Kill(point.victim(), point);
        }
    }

    private static final Duration MOMENT = Duration.ofMillis(400);
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private final Truth truth = new Truth();
    private final Random random;
    private final Meta meta;
    private final AppProcess app;
    private final Load load;
    private int perKill = 20;
    private long mostWaiting;

    CrashRun(Path data, long seed) throws IOException {
        random = new Random(seed);
        meta = new Meta(truth, random.nextLong());
        app = new AppProcess(data, meta.properties(Map.of()));
        load = new Load(app, truth, random.nextLong());
    }

    /** The first start, without load. */
    CrashRun begin() throws IOException {
        app.start();
        meta.callBack(app);
        load.start(3, 2);
        return this;
    }

    /** Goes on with a load that ended, of so many customers; the more there are, the more of what they wrote is under way at a kill. */
    void load(int customers) {
        perKill = Math.max(20, 10 * customers);
        load.start(customers, 2);
    }

    /** Of all kills at a random moment: the most webhooks that were acknowledged and not yet worked on. */
    long mostWaiting() {
        return mostWaiting;
    }

    Truth truth() {
        return truth;
    }

    Meta meta() {
        return meta;
    }

    AppProcess app() {
        return app;
    }

    /** One kill after the other, each under load, and each time a new start. */
    void play(List<Kill> kills) throws IOException, InterruptedException {
        startFor(kills.get(0));
        for (int i = 0; i < kills.size(); i++) {
            carryOut(kills.get(i));
            startFor(i + 1 < kills.size() ? kills.get(i + 1) : Kill.atAnyMoment(FaultPoint.Victim.JVM));
        }
    }

    private void startFor(Kill next) throws IOException, InterruptedException {
        if (next.point() != null) {
            app.stop();
            boolean partitions = next.point().isOfPartitions();
            app.start(next.point().at(partitions ? 1 : 1 + random.nextInt(8)));
            if (partitions) {
                try {
                    leaveDaysToDo();
                } catch (DataAccessResourceFailureException e) {
                    return;         // it was killed at the first of them; if it was not, whoever waits for the point tells
                }
            }
        } else if (!app.isAlive()) {
            app.start();
        } else {
            app.awaitAnswer();
        }
    }

    /** Days that are missing ahead, and some that are old enough to go. */
    private void leaveDaysToDo() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        for (String topic : List.of("webhook", "events")) {
            app.postmaster().database().sql("select make_log_partitions(?, ?, ?)")
                    .params(topic, today.minusDays(20), today.minusDays(18)).query(Integer.class).single();
            app.postmaster().database().sql("drop table if exists %s_log_%s".formatted(topic,
                    today.plusDays(6).format(DateTimeFormatter.BASIC_ISO_DATE))).update();
        }
    }

    private void carryOut(Kill kill) throws IOException, InterruptedException {
        if (kill.point() == null) {
            awaitProgress(perKill);
            if (app.ends(MOMENT.multipliedBy(random.nextInt(100)).dividedBy(100))) {
                throw new IllegalStateException("The process ended by itself: " + app.log());
            }
            kill(kill.victim());
        } else if (kill.victim() == FaultPoint.Victim.POSTGRESQL) {
            app.awaitPassed(kill.point());
        } else if (app.exitCode() != 137) {
            throw new IllegalStateException("The process did not come to " + kill.point() + ": " + app.log());
        }
    }

    private void kill(FaultPoint.Victim victim) throws InterruptedException {
        mostWaiting = Math.max(mostWaiting, app.postmaster().database().sql("""
                select count(*) from webhook_log w left join lane_offset o
                  on o.topic = 'webhook' and o.consumer = 'inbox' and o.lane = w.lane
                where w.pos > coalesce(o.last_pos, 0)""").query(Long.class).single());
        if (victim != FaultPoint.Victim.JVM) {
            app.postmaster().kill();
            Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> app.postmaster().process().isEmpty());
        }
        if (victim != FaultPoint.Victim.POSTGRESQL) {
            app.kill();
        }
    }

    /** Until that many more webhooks and sends were acknowledged. */
    void awaitProgress(int requests) {
        int enough = truth.progress.get() + requests;
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> truth.progress.get() >= enough);
    }

    /** Ends the load, waits until nothing is under way, compares. */
    Map<String, List<String>> verdict() throws InterruptedException {
        load.stop();
        return new Verdict(app, () -> app.postmaster().database(), truth, meta).reach(PATIENCE);
    }

    @Override
    public void close() throws InterruptedException, IOException {
        app.close();
        meta.close();
    }
}
