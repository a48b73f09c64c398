package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Twenty minutes, unless told otherwise, at 2,000 webhooks a second: does anything grow but the tables with their rows? */
final class SoakPart implements Part {

    private static final int RATE = 2000;
    /** The compiler of a JVM that was just started takes what the routes need; what has waited meanwhile is worked off. */
    private static final int WARM_UP_S = 60;
    /** So many samples, whatever the time. */
    private static final int SAMPLES = 40;
    private static final String TABLES = "sum(pg_table_size(oid)) from pg_class where relkind in ('r', 'm')";
    private static final String INDEXES = "sum(pg_relation_size(oid)) from pg_class where relkind = 'i'";
    private static final List<String> UPDATED = List.of("message", "contact", "ticket", "service_window");
    private static final List<String> FIGURES = List.of("p50", "p99", "lagEvents", "rssMb", "heapMb", "tableBytes", "indexBytes");

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public boolean isLong() {
        return true;
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        int seconds = run.options().soak();
        int each = Math.max(1, seconds / SAMPLES);
        results.put("runs", 1).put("seconds", seconds).put("each", each);
        try (Server product = Server.product("soak", run.on("soak"))) {
            JdbcClient sql = run.postgres().sql("soak");
            Seed.contacts(sql, 10_000);
            Seed.accepted(sql, RATE * (seconds + WARM_UP_S + 10L) / 4 + 10_000);
            ArrayNode samples = results.putArray("samples");
            double tables = size(sql, TABLES);
            double indexes = size(sql, INDEXES);
            results.set("whole", new Load(product, run.postgres(), "webhook").with("connections", 64).with("rate", RATE).with("warmUp", WARM_UP_S)
                    .with("seconds", seconds).with("prepareAtMost", 0).with("contacts", 10_000)
                    .every(each, figures -> samples.add(sample((ObjectNode) figures, product, sql, tables, indexes))).run());
            results.put("balanced", new Progress(sql).isBalanced());
            results.set("hot", hotUpdates(sql));
        }
    }

    private static ObjectNode sample(ObjectNode figures, Server product, JdbcClient sql, double tables, double indexes) {
        double items = Math.max(1, sql.sql("select items_received from ledger").query(Long.class).single());
        figures.put("heapMb", Heap.afterLastCollection(product.pid()));
        figures.put("rssMb", Cpu.kilobytes(product.pid(), "VmRSS") / 1024.0).put("lagEvents", new Progress(sql).pending())
                .put("tableBytes", (size(sql, TABLES) - tables) / items).put("indexBytes", (size(sql, INDEXES) - indexes) / items);
        Run.say("soak: %s", figures);
        return figures;
    }

    /** The share of a table's updates that wrote to none of its indexes. */
    private static ObjectNode hotUpdates(JdbcClient sql) {
        ObjectNode shares = Json.object();
        sql.sql("select relname, n_tup_hot_upd / cast(n_tup_upd as float) from pg_stat_user_tables where relname in (:tables) and n_tup_upd > 0 order by 1")
                .param("tables", UPDATED).query(row -> {
                    shares.put(row.getString(1), row.getDouble(2));
                });
        return shares;
    }

    private static double size(JdbcClient sql, String relations) {
        return sql.sql("select " + relations + " and relnamespace = cast('public' as regnamespace)").query(Double.class).single();
    }

    private static String shares(JsonNode hot) {
        List<String> shares = new ArrayList<>();
        hot.properties().forEach(table -> shares.add(table.getKey() + " %.0f %%".formatted(table.getValue().asDouble() * 100)));
        return String.join(", ", shares);
    }

    @Override
    public String table(JsonNode results) {
        StringBuilder text = new StringBuilder(Figures.head("each " + results.path("each").asInt() + " s", "first third", "last third", "last to first"));
        JsonNode samples = results.path("samples");
        int third = samples.size() / 3;
        for (String figure : FIGURES) {
            ArrayNode first = Json.MAPPER.createArrayNode();
            ArrayNode last = first.arrayNode();
            for (int i = 0; i < third; i++) {
                first.add(samples.get(i));
                last.add(samples.get(samples.size() - 1 - i));
            }
            text.append(Figures.row(figure, Figures.spread(first, figure), Figures.spread(last, figure),
                    Figures.median(last, figure) / Figures.median(first, figure)));
        }
        return text + "\nOver all: p50 " + results.path("whole").path("p50").asText() + " ms, p99 " + results.path("whole").path("p99").asText()
                + " ms, the ledgers " + (results.path("balanced").asBoolean() ? "hold" : "do NOT hold") + ". Bytes are what has been added since the begin, for each item."
                + " Updates that wrote to no index (HOT): " + shares(results.path("hot")) + ".\n";
    }
}
