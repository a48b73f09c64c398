package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How fast the routes work on what is in the log, and how far they are behind at 4,000 webhooks a second: of 1,000 and of
 * 100,000 customers. A drain is timed from the first batch on, its steady rate over the second half.
 */
final class ProcessingPart implements Part {

    private static final int PACED_RATE = 4000;
    /** The compiler of a JVM that was just started takes what the routes need: a minute at a lower rate comes first. */
    private static final int WARM_UP_RATE = 3000;
    private static final int WARM_UP_S = 60;
    /** The load generator starts and warms up too. */
    private static final int BEGIN_S = 5;
    private static final long DRAIN_S = 180;

    @Override
    public String name() {
        return "processing";
    }

    @Override
    public boolean hasProfile() {
        return true;
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        results.put("seconds", seconds(run)).put("events", run.events());
        for (int i = 0; i < run.runs(); i++) {
            for (int contacts : List.of(1000, 100_000)) {
                String database = "processing_" + contacts;
                fill(run, database, contacts);
                try (Server product = Server.product("processing", run.at(database))) {
                    ObjectNode drained;
                    try (Profile profile = Profile.start(run, database, product, "processing-backlog-" + contacts)) {
                        drained = drain(run, database, product);
                    }
                    results.withObject("/drain").withArray(String.valueOf(contacts)).add(drained);
                    Run.say("drain of %d customers' events: %s", contacts, drained);
                    ObjectNode paced = paced(run, database, contacts, product);
                    results.withObject("/paced").withArray(String.valueOf(contacts)).add(paced);
                    Run.say("paced, %d customers: %s", contacts, Json.write(paced.deepCopy().without("lags")));
                }
            }
        }
    }

    private static void fill(Run run, String database, int contacts) throws Exception {
        try (Server intake = Server.product("fill", run.on(database, "WHATSAPP_INBOX_URI", "seda:nothing"))) {
            Seed.contacts(run.postgres().sql(database), contacts);
            Seed.accepted(run.postgres().sql(database), (run.events() + (long) WARM_UP_RATE * (WARM_UP_S + BEGIN_S) + (long) PACED_RATE * (BEGIN_S + seconds(run))) / 3 + 10_000);
            new Load(intake, run.postgres(), "webhook").with("connections", 64).with("warmUp", 0).with("seconds", 600)
                    .with("count", run.events()).with("contacts", contacts).run();
        }
        run.postgres().settle();
    }

    private static ObjectNode drain(Run run, String database, Server product) throws InterruptedException {
        Progress progress = new Progress(run.postgres().sql(database));
        long total = run.events();
        long from = progress.done();
        long begin = System.nanoTime();
        long cpu = -product.cpuMs();
        long databaseCpu = -run.postgres().cpuMs();
        long half = 0;
        long halfDone = 0;
        long done = from;
        while (done < total && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(DRAIN_S)) {
            TimeUnit.MILLISECONDS.sleep(100);
            done = progress.done();
            if (half == 0 && done - from >= (total - from) / 2) {
                half = System.nanoTime();
                halfDone = done;
            }
        }
        long end = System.nanoTime();
        cpu += product.cpuMs();
        databaseCpu += run.postgres().cpuMs();
        double events = Math.max(1, done - from);
        return Json.object().put("events", done - from).put("perSecond", events * 1e9 / (end - begin))
                .put("steadyPerSecond", half == 0 ? 0 : (done - halfDone) * 1e9 / (end - half))
                .put("serverCpu", cpu * 1000 / events).put("databaseCpu", databaseCpu * 1000 / events)
                .put("leftOver", progress.pending()).put("balanced", progress.isBalanced());
    }

    private static int seconds(Run run) {
        return Math.max(60, run.seconds());
    }

    private static ObjectNode paced(Run run, String database, int contacts, Server product) throws Exception {
        Progress progress = new Progress(run.postgres().sql(database));
        ArrayNode lags = Json.MAPPER.createArrayNode();
        long warm = Webhooks.statusesOf(run.events());
        load(product, run, WARM_UP_RATE, WARM_UP_S, contacts, warm).run();
        progress.awaitNothingPending();
        run.postgres().settle();
        Load measured = load(product, run, PACED_RATE, seconds(run), contacts, warm + Webhooks.statusesOf((long) WARM_UP_RATE * (WARM_UP_S + BEGIN_S)));
        CompletableFuture<ObjectNode> load = CompletableFuture.supplyAsync(() -> {
            try {
                try (Profile profile = Profile.start(run, database, product, "processing-" + contacts)) {
                    return measured.run();
                }
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        long since = System.nanoTime() + TimeUnit.SECONDS.toNanos(BEGIN_S);
        while (!load.isDone()) {
            if (System.nanoTime() > since) {
                lags.addObject().put("events", progress.pending()).put("seconds", progress.oldestSeconds());
            }
            TimeUnit.SECONDS.sleep(1);
        }
        ObjectNode figures = load.get();
        long begin = System.nanoTime();
        progress.awaitNothingPending();
        figures.put("lagEventsMost", most(lags, "events")).put("lagSecondsMost", most(lags, "seconds"))
                .put("lagSeconds", Figures.median(lags, "seconds")).put("afterwardsSeconds", (System.nanoTime() - begin) / 1e9)
                .put("leftOver", progress.pending()).put("balanced", progress.isBalanced());
        figures.set("ledgers", Json.read(product.get("/api/whatsapp/ingest").body()));
        figures.set("lags", lags);
        return figures;
    }

    private static Load load(Server product, Run run, int rate, int seconds, int contacts, long firstStatus) {
        return new Load(product, run.postgres(), "webhook").with("connections", 256).with("rate", rate).with("warmUp", BEGIN_S)
                .with("seconds", seconds).with("contacts", contacts).with("firstStatus", firstStatus);
    }

    private static double most(ArrayNode lags, String figure) {
        double most = 0;
        for (JsonNode lag : lags) {
            most = Math.max(most, lag.path(figure).asDouble());
        }
        return most;
    }

    @Override
    public String extent(JsonNode results) {
        return "%s, after a backlog of %,d events".formatted(Part.super.extent(results), results.path("events").asLong());
    }

    @Override
    public String table(JsonNode results) {
        StringBuilder text = new StringBuilder("\nA backlog is worked off:\n\n");
        text.append(Figures.head("customers", "events/s", "second half", "CPU µs routes + database", "left over", "ledgers hold"));
        results.path("drain").properties().forEach(entry -> {
            JsonNode runs = entry.getValue();
            text.append(Figures.row(entry.getKey(), Figures.spread(runs, "perSecond"), Figures.spread(runs, "steadyPerSecond"),
                    Figures.number(Figures.median(runs, "serverCpu")) + " + " + Figures.number(Figures.median(runs, "databaseCpu")),
                    Figures.median(runs, "leftOver"), holds(runs)));
        });
        text.append("\n" + PACED_RATE + " webhooks/s, taken in and worked on:\n\n");
        text.append(Figures.head("customers", "p50 ms", "p99 ms", "lag s, median of each second", "lag s, most", "lag events, most",
                "CPU µs all + database", "not 200", "ledgers hold"));
        results.path("paced").properties().forEach(entry -> {
            JsonNode runs = entry.getValue();
            text.append(Figures.row(entry.getKey(), Figures.spread(runs, "p50"), Figures.spread(runs, "p99"), Figures.spread(runs, "lagSeconds"),
                    Figures.spread(runs, "lagSecondsMost"), Figures.spread(runs, "lagEventsMost"),
                    Figures.number(Figures.median(runs, "serverCpu")) + " + " + Figures.number(Figures.median(runs, "databaseCpu")),
                    IntakePart.refused(runs), holds(runs)));
        });
        return text.toString();
    }

    private static String holds(JsonNode runs) {
        for (JsonNode run : runs) {
            if (!run.path("balanced").asBoolean()) {
                return "NO";
            }
        }
        return "yes";
    }
}
