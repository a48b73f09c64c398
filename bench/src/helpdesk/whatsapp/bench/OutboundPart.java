package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * From our API through the simulator to {@code read}, with an empty outbox, if asked for while somebody's transaction stays open, and
 * then with many rows in the outbox that are not due.
 */
final class OutboundPart implements Part {

    private static final String DATABASE = "outbound";
    private static final String EMPTY = "empty outbox";
    private static final String SNAPSHOT = "a transaction kept open";
    private static final int CONTACTS = 5000;
    private static final int CONNECTIONS = 16;
    /** The compiler of a JVM that was just started takes what the routes need. */
    private static final int WARM_UP_S = 150;
    private static final int WARM_UP_AGAIN_S = 10;
    private static final long SETTLE_S = 180;

    @Override
    public String name() {
        return "outbound";
    }

    @Override
    public boolean hasProfile() {
        return true;
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        for (int i = 0; i < run.runs(); i++) {
            try (Server product = Server.product("outbound", run.on(DATABASE, "WHATSAPP_OUTBOUND_RATE", "1000", "WHATSAPP_OUTBOUND_WORKERS", "64",
                    "WHATSAPP_SIMULATOR_DELAY_MS", "20", "WHATSAPP_SIMULATOR_THROUGHPUT", "1000", "WHATSAPP_SIMULATOR_STRICT_PAIR", "false",
                    "WHATSAPP_SIMULATOR_STRICT_WINDOW", "false"))) {
                JdbcClient sql = run.postgres().sql(DATABASE);
                Seed.contacts(sql, CONTACTS);
                results.withArray(EMPTY).add(loop(run, product, WARM_UP_S));
                if (run.options().snapshot()) {
                    try (Connection somebody = run.postgres().snapshot(DATABASE)) {
                        results.withArray(SNAPSHOT).add(loop(run, product, WARM_UP_AGAIN_S));
                    }
                }
                if (run.options().waiting() > 0) {
                    Seed.waiting(sql, run.options().waiting());
                    results.withArray("%,d rows waiting".formatted(run.options().waiting())).add(loop(run, product, WARM_UP_AGAIN_S));
                }
            }
        }
    }

    private static ObjectNode loop(Run run, Server product, int warmUpS) throws Exception {
        JdbcClient sql = run.postgres().sql(DATABASE);
        long warmUp = lastMessage(sql);
        load(run, product, warmUpS).every(10, interval -> Run.say("warming up: %s", interval)).run();
        awaitRead(sql, warmUp);
        run.postgres().settle();
        long first = lastMessage(sql);
        try (Profile profile = Profile.start(run, DATABASE, product, "outbound")) {
            long cpu = -product.cpuMs();
            long databaseCpu = -run.postgres().cpuMs();
            long begin = System.nanoTime();
            ObjectNode figures = load(run, product, run.seconds()).run();
            long read = awaitRead(sql, first);
            double seconds = (System.nanoTime() - begin) / 1e9;
            figures.put("acceptedPerSecond", figures.path("perSecond").asDouble()).put("readPerSecond", read / seconds)
                    .put("serverCpu", (cpu + product.cpuMs()) * 1000.0 / Math.max(1, read))
                    .put("databaseCpu", (databaseCpu + run.postgres().cpuMs()) * 1000.0 / Math.max(1, read))
                    .put("notRead", after(sql, first) - read);
            Run.say("outbound: %s", figures);
            return figures;
        }
    }

    private static Load load(Run run, Server product, int seconds) {
        return new Load(product, run.postgres(), "send").with("connections", CONNECTIONS).with("warmUp", 0).with("seconds", seconds)
                .with("prepare", 1500).with("contacts", CONTACTS);
    }

    private static long lastMessage(JdbcClient sql) {
        return sql.sql("select coalesce(max(id), 0) from message").query(Long.class).single();
    }

    // By id: an index leads to what was sent since, however much else there is.
    private static long after(JdbcClient sql, long id) {
        return sql.sql("select count(*) from message where id > ? and direction = 'outbound'").param(id).query(Long.class).single();
    }

    /** Until what was sent after that message is read, or for a while; how many are. */
    private static long awaitRead(JdbcClient sql, long id) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_S);
        long all = after(sql, id);
        long read = 0;
        while (read < all && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(500);
            read = sql.sql("select count(*) from message where id > ? and status = 'read'").param(id).query(Long.class).single();
        }
        return read;
    }

    @Override
    public String table(JsonNode results) {
        StringBuilder text = new StringBuilder(Figures.head("", "accepted/s", "p50 ms", "p99 ms", "sent, delivered, read/s",
                "CPU µs product and simulator + database", "not read", "not 202"));
        double empty = Figures.median(results.path(EMPTY), "readPerSecond");
        StringBuilder ratio = new StringBuilder();
        results.properties().forEach(entry -> {
            JsonNode runs = entry.getValue();
            if (!runs.isArray()) {
                return;
            }
            text.append(Figures.row(entry.getKey(), Figures.spread(runs, "acceptedPerSecond"), Figures.spread(runs, "p50"), Figures.spread(runs, "p99"),
                    Figures.spread(runs, "readPerSecond"), Figures.number(Figures.median(runs, "serverCpu")) + " + "
                    + Figures.number(Figures.median(runs, "databaseCpu")), Figures.median(runs, "notRead"), IntakePart.others(runs, "202")));
            if (!entry.getKey().equals(EMPTY)) {
                ratio.append("\nWith ").append(entry.getKey()).append(", messages/s are ")
                        .append(Figures.number(Figures.median(runs, "readPerSecond") / empty)).append(" of those with none.\n");
            }
        });
        return text.append(ratio).toString();
    }
}
