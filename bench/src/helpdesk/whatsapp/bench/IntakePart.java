package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many signed webhooks are taken in, at what delay and processor time: ours, and others at the same moment. All servers are
 * started first and warmed up; in a round each is loaded in turn while the others are held.
 */
final class IntakePart implements Part {

    private static final int OPEN_RATE = 4500;
    private static final int OPEN_CONNECTIONS = 256;
    private static final String OURS = "ours, intake only";
    /** The server that processes too: the one that is profiled. */
    private static final String BOTH = "intake-all";
    private static final List<Integer> POOLS = List.of(16, 32);
    private static final String ROWS = "row a webhook, pool 32";
    private static final String PGBENCH = "pgbench, no HTTP";
    private static final int WARM_UP_CONNECTIONS = 64;
    private static final int WARM_UP_S = 8;
    private static final int WARM_UPS = 5;
    private static final double STEADY = 0.93;
    /** Events that may still be unprocessed when the next server has its turn. */
    private static final int DRAIN_S = 60;

    @Override
    public String name() {
        return "intake";
    }

    @Override
    public boolean hasProfile() {
        return true;
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        Map<String, Server> servers = new LinkedHashMap<>();
        try {
            servers.put(OURS, Server.product("intake-only", run.on("intake_only", "WHATSAPP_INBOX_URI", "seda:nothing",
                    "WHATSAPP_DB_POOL_SIZE", "8")));
            servers.put("ours, processing too", Server.product(BOTH, run.on("intake_all")));
            Seed.contacts(run.postgres().sql("intake_all"), 1000);
            Seed.accepted(run.postgres().sql("intake_all"), 100_000);
            servers.put("ours without the log", Server.product("intake-no-log", run.on("intake_no_log", "WHATSAPP_INBOX_URI", "seda:nothing",
                    "WHATSAPP_INGEST_URI", "log:discard?level=TRACE", "WHATSAPP_DB_POOL_SIZE", "2")));
            for (Server rows : Server.rows(run.postgres().database("rows"), run.postgres().user(), run.postgres().password(), POOLS)) {
                servers.put(rows.name.replace("rows-", "row a webhook, pool "), rows);
            }
            for (Server server : servers.values()) {
                server.hold();
            }
            for (Server server : servers.values()) {
                warmUp(run, server);
            }
            for (int connections : List.of(16, 256)) {
                round(run, results.putObject("closed" + connections), servers, connections, 0);
            }
            round(run, results.putObject("open"), servers, OPEN_CONNECTIONS, OPEN_RATE);
        } finally {
            for (Server server : servers.values()) {
                server.close();
            }
        }
    }

    // What the compiler still has to do is not what a server costs: each is loaded until a request takes no less processor time than in
    // the run before.
    private static void warmUp(Run run, Server server) throws Exception {
        double before = Double.MAX_VALUE;
        double now = Double.MAX_VALUE;
        for (int i = 0; i < WARM_UPS && (i < 2 || now < STEADY * before); i++) {
            before = now;
            ObjectNode figures = measure(run, server, WARM_UP_CONNECTIONS, 0, WARM_UP_S, null);
            now = figures.path("serverCpu").asDouble();
            Run.say("warming up %s: %s/s, cpu %s us", server.name, Figures.number(figures.path("perSecond").asDouble()), Figures.number(now));
        }
    }

    private static void round(Run run, ObjectNode results, Map<String, Server> servers, int connections, int rate) throws Exception {
        Pgbench pgbench = new Pgbench(run.postgres());
        for (int i = 0; i < run.runs(); i++) {
            for (Map.Entry<String, Server> server : servers.entrySet()) {
                ObjectNode figures = measure(run, server.getValue(), connections, rate, run.seconds(),
                        "intake-" + connections + (rate > 0 ? "-open" : ""));
                results.withArray(server.getKey()).add(figures);
                Run.say("%d connections, %s: %s/s, p50 %s p99 %s ms, cpu %s + %s us, %s", connections, server.getKey(),
                        Figures.number(figures.path("perSecond").asDouble()), figures.path("p50"), figures.path("p99"),
                        Figures.number(figures.path("serverCpu").asDouble()), Figures.number(figures.path("databaseCpu").asDouble()),
                        figures.path("statuses"));
            }
            if (connections == Pgbench.CLIENTS && pgbench.isThere()) {
                ObjectNode figures = pgbench.run(run.seconds());
                results.withArray(PGBENCH).add(figures);
                Run.say("pgbench: %s/s", Figures.number(figures.path("perSecond").asDouble()));
            }
        }
    }

    private static ObjectNode measure(Run run, Server server, int connections, int rate, int seconds, String profileName) throws Exception {
        run.postgres().settle();
        server.release();
        boolean profiled = profileName != null && server.name.equals(BOTH);
        try (Profile profile = profiled ? Profile.start(run, "intake_all", server, profileName) : null) {
            Load load = new Load(server, run.postgres(), "webhook").with("connections", connections).with("seconds", seconds);
            return (rate > 0 ? load.with("rate", rate) : load).run();
        } finally {
            if (server.name.equals(BOTH)) {
                drain(run);
            }
            server.hold();
        }
    }

    private static void drain(Run run) throws InterruptedException {
        Progress progress = new Progress(run.postgres().sql("intake_all"));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_S);
        while (progress.pending() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        if (progress.pending() > 0) {
            Run.say("%d events are still unprocessed", progress.pending());
        }
    }

    @Override
    public String table(JsonNode results) {
        StringBuilder text = new StringBuilder();
        for (String loop : List.of("closed16", "closed256", "open")) {
            JsonNode round = results.path(loop);
            double ours = Figures.median(round.path(OURS), "perSecond");
            double cpu = cpu(round.path(ROWS));
            text.append(loop.equals("open") ? "\nOpen loop, " + OPEN_RATE + "/s:\n\n" : "\nClosed loop, " + loop.substring(6) + " connections:\n\n");
            text.append(Figures.head("", "webhooks/s", "to it, ours is", "p50 ms", "p99 ms", "max ms", "CPU µs server + database",
                    "CPU to pool 32", "not 200"));
            for (String name : names(round)) {
                JsonNode runs = round.path(name);
                text.append(Figures.row(name, Figures.spread(runs, "perSecond"), ours / Figures.median(runs, "perSecond"),
                        Figures.spread(runs, "p50"), Figures.spread(runs, "p99"), Figures.median(runs, "max"),
                        Figures.number(Figures.median(runs, "serverCpu")) + " + " + Figures.number(Figures.median(runs, "databaseCpu")),
                        cpu(runs) / cpu, refused(runs)));
            }
        }
        if (!results.path("closed16").has(PGBENCH)) {
            text.append("\nThere was no pgbench on that machine: its row is missing.\n");
        }
        return text.toString();
    }

    private static List<String> names(JsonNode round) {
        List<String> names = new ArrayList<>();
        round.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static double cpu(JsonNode runs) {
        return Figures.median(runs, "serverCpu") + Figures.median(runs, "databaseCpu");
    }

    static String refused(JsonNode runs) {
        return others(runs, "200");
    }

    /** How many requests got another answer than this one, or none. */
    static String others(JsonNode runs, String right) {
        long refused = 0;
        for (JsonNode run : runs) {
            refused += run.path("unanswered").asLong();
            for (Map.Entry<String, JsonNode> status : run.path("statuses").properties()) {
                refused += status.getKey().equals(right) ? 0 : status.getValue().asLong();
            }
        }
        return Long.toString(refused);
    }
}
