package helpdesk.whatsapp.crash;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.crash.CrashRun.Kill;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The long form of the crash test: {@code LongCrash [kills] [seed] [folder]}. Kills an instance under load at random moments and at all
 * fault points, compares all sets every so often and at the end, and prints one line of JSON. Exit code 1 when anything was wrong.
 */
public final class LongCrash {

    private static final int KILLS = 100;
    private static final int KILLS_BETWEEN_LOOKS = 20;
    /** From one look to the next: few, whose webhooks are worked on one by one, and many, whose webhooks come in batches of hundreds. */
    private static final int[] CUSTOMERS = {3, 48};

    private LongCrash() {
    }

    public static void main(String[] args) throws Exception {
        int kills = args.length > 0 ? Integer.parseInt(args[0]) : KILLS;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        Path folder = args.length > 2 ? Files.createDirectories(Path.of(args[2]))
                : Files.createTempDirectory(Files.createDirectories(Path.of("target")), "long-crash");
        System.err.printf("%d kills, seed %d, folder %s%n", kills, seed, folder);
        System.exit(run(kills, seed, folder.toAbsolutePath().resolve("data")) ? 0 : 1);
    }

    private static boolean run(int kills, long seed, Path data) throws Exception {
        List<Kill> plan = plan(kills, new Random(seed));
        long begin = System.nanoTime();
        try (CrashRun run = new CrashRun(data, seed).begin()) {
            Map<String, List<String>> faults = Map.of();
            int done = 0;
            while (done < kills && faults.isEmpty()) {
                List<Kill> next = plan.subList(done, Math.min(kills, done + KILLS_BETWEEN_LOOKS));
                run.play(next);
                done += next.size();
                faults = run.verdict();
                System.err.printf("%d kills, %d s, %s%n", done, seconds(begin), faults.isEmpty() ? "all is right" : Verdict.describe(faults));
                if (done < kills) {
                    run.load(CUSTOMERS[done / KILLS_BETWEEN_LOOKS % CUSTOMERS.length]);
                }
            }
            System.out.println(summary(run, seed, plan.subList(0, done), faults, seconds(begin)));
            return faults.isEmpty();
        }
    }

    /** Half of the kills at fault points, one after the other. */
    private static List<Kill> plan(int kills, Random random) {
        List<Kill> plan = new ArrayList<>();
        int places = 0;
        for (int i = 0; i < kills; i++) {
            int dice = random.nextInt(10);
            FaultPoint.Victim victim = dice < 6 ? FaultPoint.Victim.JVM : dice < 8 ? FaultPoint.Victim.POSTGRESQL : FaultPoint.Victim.BOTH;
            if (random.nextBoolean()) {
                plan.add(Kill.at(FaultPoint.PLACES.get(places++ % FaultPoint.PLACES.size()).of(victim)));
            } else {
                plan.add(Kill.atAnyMoment(victim));
            }
        }
        return plan;
    }

    private static long seconds(long begin) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
    }

    private static long count(JdbcClient database, String rows) {
        return database.sql("select count(*) from " + rows).query(Long.class).single();
    }

    private static String summary(CrashRun run, long seed, List<Kill> kills, Map<String, List<String>> faults, long seconds) {
        ObjectNode summary = Json.object().put("seed", seed).put("kills", kills.size());
        ObjectNode victims = summary.putObject("killed");
        kills.forEach(kill -> victims.put(kill.victim().name().toLowerCase(), victims.path(kill.victim().name().toLowerCase()).asInt() + 1));
        JdbcClient database = run.app().postmaster().database();
        summary.put("atFaultPoints", kills.stream().filter(kill -> kill.point() != null).count())
                .put("messagesAcknowledged", Truth.acknowledged(run.truth().messages).size())
                .put("statusesAcknowledged", Truth.acknowledged(run.truth().statuses).size())
                .put("sendsAcknowledged", run.truth().acknowledgedSends()).put("neverAcknowledged", run.truth().unknown())
                .put("mostWaiting", run.mostWaiting())
                .put("sends", count(database, "message where direction = 'outbound' and reply_rule is null"))
                .put("replies", count(database, "message where reply_rule is not null"))
                .put("unknown", count(database, "message where direction = 'outbound' and status = 'unknown'"))
                .put("attempts", count(database, "send_attempt"))
                .put("calls", run.meta().calls().values().stream().mapToInt(List::size).sum()).put("seconds", seconds)
                .put("right", faults.isEmpty());
        ObjectNode counts = summary.putObject("faults");
        faults.forEach((kind, found) -> counts.put(kind, found.size()));
        return Json.write(summary);
    }
}
