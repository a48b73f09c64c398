package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/** From our API through the simulator to {@code read}, with an empty outbox and with a million rows in it that are not due. */
final class OutboundPart implements Part {

    private static final int CONTACTS = 5000;
    private static final long WAITING = 1_000_000;
    private static final long SETTLE_S = 180;

    @Override
    public String name() {
        return "outbound";
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        for (int i = 0; i < run.runs(); i++) {
            for (long waiting : List.of(0L, WAITING)) {
                String database = "outbound_" + waiting;
                try (Server product = Server.product("outbound", run.on(database, "WHATSAPP_OUTBOUND_RATE", "1000", "WHATSAPP_OUTBOUND_WORKERS", "64",
                        "WHATSAPP_SIMULATOR_DELAY_MS", "20"))) {
                    JdbcClient sql = run.postgres().sql(database);
                    Seed.contacts(sql, CONTACTS);
                    Seed.waiting(sql, waiting);
                    ObjectNode figures = loop(run, sql, product);
                    results.withArray(waiting == 0 ? "empty outbox" : "1,000,000 rows waiting").add(figures);
                    Run.say("outbound, %d waiting: %s", waiting, figures);
                }
            }
        }
    }

    private static ObjectNode loop(Run run, JdbcClient sql, Server product) throws Exception {
        new Load(product, run.postgres(), "send").with("connections", 16).with("warmUp", 0).with("seconds", 5)
                .with("contacts", CONTACTS).run();
        long before = awaitRead(sql, sent(sql));
        run.postgres().settle();
        long cpu = -product.cpuMs();
        long databaseCpu = -run.postgres().cpuMs();
        long begin = System.nanoTime();
        ObjectNode figures = new Load(product, run.postgres(), "send").with("connections", 16).with("warmUp", 0)
                .with("seconds", run.seconds()).with("contacts", CONTACTS).run();
        long all = sent(sql);
        long read = awaitRead(sql, all) - before;
        double seconds = (System.nanoTime() - begin) / 1e9;
        figures.put("acceptedPerSecond", figures.path("perSecond").asDouble()).put("readPerSecond", read / seconds)
                .put("serverCpu", (cpu + product.cpuMs()) * 1000.0 / Math.max(1, read))
                .put("databaseCpu", (databaseCpu + run.postgres().cpuMs()) * 1000.0 / Math.max(1, read)).put("notRead", all - before - read);
        return figures;
    }

    private static long sent(JdbcClient sql) {
        return sql.sql("select count(*) from message where text like 'Your parcel % has left%'").query(Long.class).single();
    }

    /** Until so many are read; or as many as are after a while. */
    private static long awaitRead(JdbcClient sql, long count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_S);
        long read = 0;
        while (read < count && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(250);
            read = sql.sql("select count(*) from message where status = 'read' and text like 'Your parcel % has left%'")
                    .query(Long.class).single();
        }
        return read;
    }

    @Override
    public String table(JsonNode results) {
        StringBuilder text = new StringBuilder(Figures.head("", "accepted/s", "p50 ms", "p99 ms", "sent, delivered, read/s",
                "CPU µs product and simulator + database", "not read", "not 202"));
        for (String name : List.of("empty outbox", "1,000,000 rows waiting")) {
            JsonNode runs = results.path(name);
            text.append(Figures.row(name, Figures.spread(runs, "acceptedPerSecond"), Figures.spread(runs, "p50"), Figures.spread(runs, "p99"),
                    Figures.spread(runs, "readPerSecond"), Figures.number(Figures.median(runs, "serverCpu")) + " + "
                    + Figures.number(Figures.median(runs, "databaseCpu")), Figures.median(runs, "notRead"), IntakePart.others(runs, "202")));
        }
        return text + "\nWith a million rows waiting, messages/s are "
                + Figures.number(Figures.median(results.path("1,000,000 rows waiting"), "readPerSecond")
                        / Figures.median(results.path("empty outbox"), "readPerSecond")) + " of those with none.\n";
    }
}
