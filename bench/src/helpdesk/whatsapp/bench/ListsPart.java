package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The inbox and a thread over HTTP, first page and deep ones by cursor, with a million messages and with five million. */
final class ListsPart implements Part {

    private static final int PLACES = 200;

    @Override
    public String name() {
        return "lists";
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        for (long messages : run.options().messages() > 0 ? List.of(run.options().messages()) : List.of(1_000_000L, 5_000_000L)) {
            String database = "lists_" + messages;
            Server.product("lists", run.on(database)).close();      // makes the tables
            JdbcClient sql = run.postgres().sql(database);
            long begin = System.nanoTime();
            Seed.history(sql, messages);
            Run.say("lists, %,d messages are there after %d s", messages, (System.nanoTime() - begin) / 1_000_000_000);
            run.postgres().settle();
            try (Server product = Server.product("lists", run.at(database))) {
                for (int i = 0; i < run.runs(); i++) {
                    for (Map.Entry<String, ArrayNode> paths : paths(sql).entrySet()) {
                        ObjectNode figures = new Load(product, run.postgres(), "get").with("connections", 1).with("warmUp", 5)
                                .with("seconds", run.seconds()).with("prepareAtMost", 0).with("paths", paths.getValue()).run();
                        String name = "%,d, %s".formatted(messages, paths.getKey());
                        results.withArray(name).add(figures);
                        Run.say("%s: %s", name, figures);
                    }
                }
            }
        }
    }

    private static Map<String, ArrayNode> paths(JdbcClient sql) {
        long big = sql.sql("select ticket_id from message group by ticket_id order by count(*) desc limit 1").query(Long.class).single();
        Map<String, ArrayNode> paths = new LinkedHashMap<>();
        paths.put("inbox, first page", array(List.of("/api/whatsapp/tickets?status=open&limit=50")));
        paths.put("inbox, deep pages", array(sql.sql("select '/api/whatsapp/tickets?status=open&limit=50&cursor=' || page_cursor(last_message_at, id) "
                + "from ticket order by last_message_at limit " + PLACES + " offset 100").query(String.class).list()));
        paths.put("thread, first page", array(List.of("/api/whatsapp/messages?limit=50&ticketId=" + big)));
        paths.put("thread, deep pages", array(sql.sql("select '/api/whatsapp/messages?limit=50&ticketId=' || ticket_id || '&cursor=' || page_cursor(sent_at, id) "
                + "from message where ticket_id = " + big + " order by sent_at limit " + PLACES + " offset 1000").query(String.class).list()));
        paths.put("threads of others", array(sql.sql("select '/api/whatsapp/messages?limit=50&ticketId=' || id from ticket order by md5(cast(id as text)) limit "
                + PLACES).query(String.class).list()));
        return paths;
    }

    private static ArrayNode array(List<String> paths) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        paths.forEach(array::add);
        return array;
    }

    @Override
    public String table(JsonNode results) {
        StringBuilder text = new StringBuilder(Figures.head("messages, page", "p50 ms", "p95 ms", "p99 ms", "p50 to the first page", "not 200"));
        double[] first = {1};
        results.properties().forEach(entry -> {
            if (entry.getValue().isArray()) {
                double median = Figures.median(entry.getValue(), "p50");
                first[0] = entry.getKey().endsWith("first page") ? median : first[0];
                text.append(Figures.row(entry.getKey(), Figures.spread(entry.getValue(), "p50"), Figures.spread(entry.getValue(), "p95"),
                        Figures.spread(entry.getValue(), "p99"), median / first[0], IntakePart.refused(entry.getValue())));
            }
        });
        return text.toString();
    }
}
