package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * 2,000 webhooks and 20 sends a second while somebody leaves a transaction open for minutes that sees an old state - of the rows that
 * every batch updates, no dead version can be removed meanwhile - and has locked one contact. Figures of each second before it, in its
 * first and last sixth, and after it; then what was acknowledged against what is there.
 */
final class OpenTransactionPart implements Part {

    private static final String DATABASE = "open_transaction";
    private static final int RATE = 2000;
    /** Our messages a second, to the same customers: each comes back as three more webhooks. */
    private static final int SENDS = 20;
    private static final long SETTLE_S = 180;
    /** The compiler of a JVM that was just started takes what the routes need. */
    private static final int WARM_UP_S = 60;
    private static final int CONTACTS = 10_000;
    private static final List<String> PHASES = List.of("before", "open", "after");
    private static final String UPDATED = "select sum(pg_relation_size(oid)) from pg_class where relname in ('log_head', 'ledger', 'lane_offset')";

    @Override
    public String name() {
        return "open-transaction";
    }

    @Override
    public boolean isLong() {
        return true;
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        int open = run.options().open();
        int each = Math.max(1, open / 6);
        results.put("runs", 1).put("seconds", open).put("each", each);
        // The customers of the load write to the webhook, past the simulator.
        try (Server product = Server.product("open-transaction", run.on(DATABASE, "WHATSAPP_SIMULATOR_STRICT_WINDOW", "false"))) {
            JdbcClient sql = run.postgres().sql(DATABASE);
            Seed.contacts(sql, CONTACTS);
            Seed.accepted(sql, RATE * (WARM_UP_S + each + open + each + 10L) / 4 + 10_000);
            Progress progress = new Progress(sql);
            LockedContact locked = new LockedContact(product, sql, Webhooks.customer(CONTACTS));
            load(run, product, locked, WARM_UP_S, 0);
            progress.awaitNothingPending();
            run.postgres().settle();
            long first = statuses(WARM_UP_S);
            results.set("before", load(run, product, locked, each, first));
            first += statuses(each);
            ObjectNode contact = results.putObject("contact");
            try (Connection somebody = run.postgres().snapshot(DATABASE)) {
                contact.put("send", locked.lock(somebody));
                results.set("open", load(run, product, locked, open, first));
                contact.put("waitingWithIt", locked.waitingWithIt()).put("storedMeanwhile", locked.isStored());
                results.put("openSeconds", Postgres.openSeconds(somebody));
            }
            contact.setAll(locked.free());
            results.set("after", load(run, product, locked, each, first + statuses(open)));
            progress.awaitNothingPending();
            results.put("balanced", progress.isBalanced());
            for (String phase : PHASES) {
                count(sql, (ObjectNode) results.path(phase).path("sends"));
            }
        }
    }

    // The generator itself warms up for a second.
    private static long statuses(int seconds) {
        return Webhooks.statusesOf(RATE * (seconds + 1L));
    }

    /** The whole, and each second. */
    private static ObjectNode load(Run run, Server product, LockedContact locked, int seconds, long firstStatus) throws Exception {
        CompletableFuture<ObjectNode> sends = CompletableFuture.supplyAsync(() -> sends(run, product, seconds));
        JdbcClient sql = run.postgres().sql(DATABASE);
        Progress progress = new Progress(sql);
        ArrayNode samples = Json.MAPPER.createArrayNode();
        ObjectNode whole = new Load(product, run.postgres(), "webhook").with("connections", 64).with("rate", RATE).with("seconds", seconds)
                .with("prepareAtMost", 0).with("contacts", CONTACTS).with("firstStatus", firstStatus)
                .every(1, figures -> samples.add(((ObjectNode) figures).put("lagEvents", progress.pending() - locked.waitingWithIt())
                        .put("lagSeconds", locked.oldestOfOthers()).put("kilobytes", sql.sql(UPDATED).query(Long.class).single() / 1024.0)))
                .run();
        whole.set("sends", sends.get());
        Run.say("open-transaction: %s", whole);
        whole.set("samples", samples);
        return whole;
    }

    private static ObjectNode sends(Run run, Server product, int seconds) {
        String prefix = "open-" + Long.toString(System.nanoTime(), 36) + "-";
        try {
            return new Load(product, run.postgres(), "send").with("connections", 16).with("rate", SENDS).with("warmUp", 0).with("seconds", seconds)
                    .with("contacts", CONTACTS).with("prefix", TextNode.valueOf(prefix)).run().put("prefix", prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until they are read, or for a while; then counts what is there of those that were acknowledged. */
    private static void count(JdbcClient sql, ObjectNode sends) throws InterruptedException {
        String ofThese = "from message where direction = 'outbound' and text like 'Your parcel " + sends.path("prefix").asText() + "%'";
        long acknowledged = sends.path("statuses").path("202").asLong();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_S);
        while (count(sql, "count(*) filter (where status = 'read') " + ofThese) < acknowledged && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(500);
        }
        long different = count(sql, "count(distinct text) " + ofThese);
        sends.put("missing", Math.max(0, acknowledged - different)).put("doubled", count(sql, "count(*) " + ofThese) - different)
                .put("notRead", count(sql, "count(*) filter (where status <> 'read') " + ofThese));
    }

    private static long count(JdbcClient sql, String what) {
        return sql.sql("select " + what).query(Long.class).single();
    }

    @Override
    public String extent(JsonNode results) {
        return "1 run, the transaction open for " + Figures.number(results.path("openSeconds").asDouble()) + " s";
    }

    @Override
    public String table(JsonNode results) {
        int each = results.path("each").asInt();
        JsonNode open = results.path("open");
        JsonNode samples = open.path("samples");
        ArrayNode first = Json.MAPPER.createArrayNode();
        ArrayNode last = first.arrayNode();
        for (int i = 0; i < Math.min(each, samples.size()); i++) {
            first.add(samples.get(i));
            last.add(samples.get(samples.size() - 1 - i));
        }
        JsonNode contact = results.path("contact");
        return Figures.head(each + " s each, of each second", "p50 ms", "p99 ms", "lag s", "lag events", "log_head, ledger, lane_offset kB")
                + row("before it", results.path("before").path("samples")) + row("open, the first", first) + row("open, the last", last)
                + row("after it", results.path("after").path("samples"))
                + "\nWhile it was open: p99 " + open.path("p99").asText() + " ms, most " + open.path("max").asText() + " ms, not 200: "
                + IntakePart.refused(Json.MAPPER.createArrayNode().add(open)) + ". The ledgers "
                + (results.path("balanced").asBoolean() ? "hold" : "do NOT hold") + ".\n"
                + "\nThe locked contact: a send to it was answered " + contact.path("send").asInt() + ", the same one " + contact.path("sendAfter").asInt()
                + " afterwards, which made "
                + contact.path("sends").asInt() + " message of them. What it wrote "
                + (contact.path("storedMeanwhile").asBoolean() ? "did NOT wait" : "waited at the head of "
                + "%,d".formatted(contact.path("waitingWithIt").asLong()) + " events of its lane") + ", and was "
                + (contact.path("stored").asBoolean() ? "there " + Figures.number(contact.path("storedSeconds").asDouble()) + " s" : "NOT there")
                + " after the end.\n\n"
                + Figures.head("sends", "p50 ms", "p99 ms", "acknowledged (202)", "other answers", "missing", "doubled", "not read")
                + sends("before it", results.path("before")) + sends("open", open) + sends("after it", results.path("after"));
    }

    private static String sends(String name, JsonNode phase) {
        JsonNode sends = phase.path("sends");
        return Figures.row(name, Figures.number(sends.path("p50").asDouble()), Figures.number(sends.path("p99").asDouble()),
                "%,d".formatted(sends.path("statuses").path("202").asLong()), IntakePart.others(Json.MAPPER.createArrayNode().add(sends), "202"),
                sends.path("missing").asText(), sends.path("doubled").asText(), sends.path("notRead").asText());
    }

    private static String row(String name, JsonNode samples) {
        return Figures.row(name, Figures.spread(samples, "p50"), Figures.spread(samples, "p99"), Figures.spread(samples, "lagSeconds"),
                Figures.spread(samples, "lagEvents"), Figures.spread(samples, "kilobytes"));
    }
}
