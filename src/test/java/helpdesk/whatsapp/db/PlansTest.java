package helpdesk.whatsapp.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Reads how PostgreSQL executes the statements under sql/: by index, whatever the tables hold. Every statement there is read, as a
 * generic plan; the pages of lists that grow, which are planned for what they are asked for, are run. The plans of a batch are
 * the same in an empty database, where they may have been made, and in a full one. {@code -Dplans.messages=5000000} fills it with
 * so many messages; the number of the test run is smaller, for the filling takes longer than all else, and is beyond the point
 * where the planner prefers an index.
 */
class PlansTest {

    private static final int MESSAGES = Integer.getInteger("plans.messages", 400_000);
    private static final Set<String> BIG = Set.of("message", "ticket", "contact", "contact_identity", "message_status", "item_outcome",
            "service_window", "reaction", "send_attempt", "account_event", "activity", "outbox", "outbox_contact", "dead_event");

    /** What a batch runs, of events, of sends or of the ends of calls, after plan-by-key. */
    private static final Pattern BATCH = Pattern.compile("sql/(channel|ledger|status|account)/.*|sql/log/append-(message-)?events.sql"
            + "|sql/outbound/((start|accept|retry|fail|lose)-attempts|lock-messages).sql"
            + "|sql/contact/(claim|join|resolve|save|suggest)-.*|sql/ticket/(reopen|open|assign|touch)-tickets.sql"
            + "|sql/message/(insert|save|extend|queue)-.*");

    /** Read all there is, on purpose: one removes what is simulated, after one that only locks, one frees the outbox at the start. */
    private static final Set<String> WHOLE = Set.of("sql/simulator/remove-data.sql", "sql/simulator/lock-stores.sql", "sql/outbound/recover-outbox.sql");

    /** Planned for the values that they are given: all of these are run. */
    private static final Pattern LIST = Pattern.compile("sql/(message|ticket|contact|note)/list-[a-z-]+.sql|sql/ops/list-dead-letters.sql");

    /** The day of the log that has the rows; an empty one is read as PostgreSQL likes. */
    private static String day;
    private static TestApp app;
    private static Connection connection;
    private static Map<String, List<String>> whenEmpty;

    @BeforeAll
    static void fill() throws Exception {
        app = TestApp.start(Map.of());
        // The simple protocol: a generic plan has parameters that nobody gives.
        connection = DriverManager.getConnection(app.property("whatsapp.db.url") + "?preferQueryMode=simple",
                app.property("whatsapp.db.user"), app.property("whatsapp.db.password"));
        connection.setAutoCommit(false);
        day = app.database().sql("select 'webhook_log_' || to_char(now() at time zone 'UTC', 'YYYYMMDD')").query(String.class).single();
        whenEmpty = findings(true);
        long tickets = MESSAGES / 20;
        for (String sql : new String[] {
            "insert into contact (id, wa_id, profile_name) select n, '1' || (5550000000 + n), 'Customer ' || n from generate_series(1, %1$d) n",
            "insert into contact_identity (kind, value, contact_id) select 'wa_id', '1' || (5550000000 + n), n from generate_series(1, %1$d) n",
            "insert into contact_identity (kind, value, contact_id) select 'bsuid', 'US.' || n, n from generate_series(1, %1$d) n",
            """
            insert into ticket (contact_id, phone_number_id, reason, status, last_message_at, unread_count)
            select n, '%3$s', 'new-ticket', case when n %% 10 = 0 then 'closed' else 'open' end, now() - n * interval '7 seconds', n %% 3
            from generate_series(1, %1$d) n""",
            "insert into activity (contact_id, kind, at) select 1, 'renamed', now() - n * interval '1 second' from generate_series(1, %1$d) n",
            "insert into ticket_note (ticket_id, text, author) select 1, 'n', 'a' from generate_series(1, %1$d) n",
            "insert into ticket_note (ticket_id, text, author) select n, 'Called back', 'a' from generate_series(2, 101) n",
            "insert into dead_event select n, '' from generate_series(1, %1$d) n",
            """
            insert into dead_letter (log_pos, item_path, part, route, reason, simulated, resolved_at)
            select n, '', 'message', 'inbound-text', 'x', true, case when n > 200 then now() end from generate_series(1, %1$d) n""",
            """
            insert into merge_suggestion (contact_id, other_contact_id, evidence, created_at)
            select n, n + 1, 'wamid.' || n, now() - n * interval '1 second' from generate_series(1, 2000) n""",
            "insert into failed_send (message_id, ticket_id) select -n, n from generate_series(1, %1$d, 100) n",
            """
            insert into unsettled_send (message_id, status, sent_at, ticket_id)
            select -n, 'failed', now() - interval '10 years', n from generate_series(1, %1$d, 100) n""",
            """
            insert into message (contact_id, ticket_id, phone_number_id, direction, type, status, wamid, text, mode, payload, sent_at)
            select t, t, '%3$s', case when n %% 2 = 0 then 'inbound' else 'outbound' end, 'text', case when n %% 2 = 0 then 'received' else 'read' end,
                   'wamid.' || md5(cast(n as text)), 'text', 'mock', '{}', now() - n * interval '1 second'
            from (select n, case when n %% 5 = 0 then 1 else 1 + n %% %1$d end as t from generate_series(1, %2$d) n) as numbered""",
            "update message set status = 'failed' where id %% 1000 < 5 and direction = 'outbound'",
            """
            insert into message_status (phone_number_id, wamid, status, at, payload, log_pos, log_item)
            select '%3$s', 'wamid.' || md5(cast(n as text)), 'sent', now(), '{}', n, 0 from generate_series(1, %2$d, 2) n""",
            """
            insert into item_outcome (log_pos, log_item, part, item_key, outcome, route)
            select n, 0, 'message', 'wamid.' || md5(cast(n as text)), 'stored', 'inbound-text' from generate_series(1, %2$d) n""",
            "insert into service_window select n, '%3$s', now() from generate_series(1, %1$d) n",
            """
            insert into send_attempt (message_id, number, state, mode, base_url) select n, 1, 'accepted', 'mock', 'x'
            from generate_series(1, %2$d, 5) n""",
            """
            insert into outbox (message_id, contact_id, phone_number_id, mode, due_at) select -n, 1 + n %% %1$d, '%3$s', 'real', now()
            from generate_series(1, %1$d * 2) n""",       // of the mode that does not hold: they wait
            """
            insert into webhook_log (pos, lane, simulated, payload) select -n, n %% 16, true, decode(repeat('20', 100), 'hex')
            from generate_series(1, %2$d / 4) n""",         // read long ago
            """
            insert into reaction (phone_number_id, target_wamid, contact_id, at, wamid)
            select '%3$s', 'wamid.' || md5(cast(n as text)), 1, now(), 'r' || n from generate_series(1, %2$d, 20) n""",
            """
            insert into account_event (content_hash, field, topic, value, log_pos, log_item)
            select md5(cast(n as text)), 'x', 'account', '{}', n, 0 from generate_series(1, %1$d) n"""}) {
            execute(sql.formatted(tickets, MESSAGES, TestApp.NUMBER));
        }
        connection.commit();
        connection.setAutoCommit(true);
        execute("vacuum analyze");
        connection.setAutoCommit(false);
    }

    @AfterAll
    static void stop() throws SQLException {
        connection.close();
        app.close();
    }

    @Test
    void no_statement_reads_a_big_table_whole() throws Exception {
        assertThat(findings(false)).isEmpty();
    }

    @Test
    void what_a_batch_runs_is_planned_by_key_already_when_the_tables_are_empty() {
        assertThat(whenEmpty).isEmpty();
    }

    @Test
    void a_page_costs_the_same_however_deep_it_is() throws Exception {
        pages("sql/message/list-messages.sql", Json.object().put("ticketId", "1"), "message where ticket_id = 1", "sent_at", 50_000);
        pages("sql/message/list-messages.sql", Json.object().put("contactId", "1"), "message where contact_id = 1", "sent_at", 50_000);
        pages("sql/message/list-messages.sql", Json.object(), "message", "sent_at", 50_000);
        pages("sql/message/list-messages.sql", Json.object().put("direction", "inbound"), "message", "sent_at", 50_000);
        pages("sql/ticket/list-tickets.sql", Json.object(), "ticket", "last_message_at", 15_000);
        pages("sql/ticket/list-tickets.sql", Json.object().put("status", "open"), "ticket where status = 'open'", "last_message_at", 15_000);
        pages("sql/ticket/list-tickets.sql", Json.object().put("contactId", "5"), "ticket where contact_id = 5", "last_message_at", 0);
        pages("sql/ticket/list-tickets.sql", Json.object().put("status", "active"), "ticket where status <> 'closed'", "last_message_at", 15_000);
        pages("sql/ticket/list-tickets.sql", Json.object().put("assigneeId", "none").put("status", "active"),
                "ticket where assignee_id is null and status <> 'closed'", "last_message_at", 15_000);
        pages("sql/ticket/list-tickets.sql", Json.object().put("unread", "true"), "ticket where unread_count > 0", "last_message_at", 10_000);
        pages("sql/ticket/list-tickets.sql", Json.object().put("failed", "true"), "ticket where id in (select ticket_id from unsettled_send)", "last_message_at", 100);
        pages("sql/contact/list-found-contacts.sql", Json.object().put("q", "Customer 1999"), "contact where search like '%customer 1999%'", "first_seen_at", 5);
        pages("sql/contact/list-contacts.sql", Json.object(), "contact", "first_seen_at", 15_000);
        pages("sql/contact/list-contacts.sql", Json.object().put("waId", "+15550000009"), "contact where id = 9", "first_seen_at", 0);
        pages("sql/contact/list-changed-contacts.sql", Json.object().put("updatedSince", "2020-01-01T00:00:00Z"), "contact", "updated_at", 15_000);
        pages("sql/contact/list-activity.sql", Json.object().put("id", "1"), "(select at, id * 4 as id from activity where contact_id = 1) as done", "at", 15_000);
        pages("sql/contact/list-merges.sql", Json.object(), "merge_suggestion", "created_at", 1_500);
        pages("sql/contact/list-merges.sql", Json.object().put("contactId", "7"), "merge_suggestion where contact_id = 7", "created_at", 0);
        pages("sql/note/list-notes.sql", Json.object().put("id", "1").put("of", "conversation"), "ticket_note where ticket_id = 1", "created_at", 15_000);
        pages("sql/ops/list-dead-letters.sql", Json.object().put("resolved", "true"), "dead_letter where resolved_at is not null", "created_at", 15_000);
        pages("sql/ops/list-dead-letters.sql", Json.object().put("resolved", "false"), "dead_letter where resolved_at is null", "created_at", 100);
        pages("sql/ticket/list-found-tickets.sql", Json.object().put("q", "Customer 1999"),
                "ticket where contact_id in (select id from contact where search like '%customer 1999%')", "last_message_at", 5);
        pages("sql/ticket/list-found-tickets.sql", Json.object().put("q", "called back"),
                "ticket where id in (select ticket_id from ticket_note where id > (select max(id) from ticket_note) - 10000 and text like 'Called%')",
                "last_message_at", 30);
        String failed = "message where mode = 'mock' and status = 'failed'";
        for (String status : List.of("failed", "unknown", "sending", "accepted", "played", "cancelled")) {    // the first are many, and nobody has the others
            pages("sql/message/list-messages.sql", Json.object().put("status", status), failed, "sent_at", 1_000);
        }
        pages("sql/message/list-messages.sql", Json.object().put("phoneNumberId", "1"), "message", "sent_at", 50_000);      // of no message
        execute("truncate outbox");     // of a long one, the newest messages are looked through
        pages("sql/message/list-messages.sql", Json.object().put("status", "queued"), failed, "sent_at", 1_000);
        connection.rollback();
        pages("sql/message/list-messages.sql", Json.object().put("wamid", "wamid.1"), "message where id = 7", "sent_at", 0);
    }

    @Test
    void a_search_finds_the_newest_contacts_however_many_have_the_words() throws Exception {
        execute("prepare page as " + numbered("sql/ticket/list-found-tickets.sql"));
        try (Statement statement = connection.createStatement()) {
            for (String q : List.of("Customer 1999", "Customer 1", "Customer", "nobody")) {
                List<String> wanted = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery("""
                        select id from ticket where contact_id in (select id from contact where search like lower('%%%s%%') order by id desc limit 500)
                        order by last_message_at desc, id desc limit 200""".formatted(q))) {
                    while (rows.next()) {
                        wanted.add(rows.getString(1));
                    }
                }
                try (ResultSet page = statement.executeQuery("execute page('" + Json.write(Json.object().put("limit", 200).put("q", q)) + "')")) {
                    page.next();
                    List<String> found = new ArrayList<>();
                    Json.read(page.getString(1)).path("data").forEach(row -> found.add(row.path("id").asText()));
                    assertThat(found).as(q).isEqualTo(wanted);
                }
            }
        } finally {
            execute("deallocate page");
        }
    }

    // As one session does it: prepared once, asked for often, so that PostgreSQL may come to prefer a generic plan.
    private static void pages(String file, ObjectNode asked, String rows, String at, int depth) throws Exception {
        asked.put("limit", 50);
        execute("prepare page as " + numbered(file));
        try {
            String first = Json.write(asked);
            try (Statement statement = connection.createStatement(); ResultSet place = statement.executeQuery("select " + at + ", id from " + rows
                    + " order by " + (file.contains("contact/") ? "id" : at + " desc, id") + " desc offset least(" + depth + ", (select count(*) - 1 from "
                    + rows + ")) limit 1")) {
                place.next();
                asked.put("afterAt", place.getString(1)).put("afterId", place.getLong(2));
            }
            for (int i = 0; i < 7; i++) {
                long atOnce = buffers(first);
                long deep = buffers(Json.write(asked));
                assertThat(atOnce).as("%s %s: the first page, buffers", file, first).isLessThan(2_500);
                assertThat(deep).as("%s %s: a deep page, buffers; the first has %d", file, asked, atOnce).isLessThan(atOnce * 2 + 100);
            }
        } finally {
            execute("deallocate page");
        }
    }

    private static long buffers(String request) throws Exception {
        JsonNode plan = explain("explain (analyze, buffers, format json) execute page('" + request.replace("'", "''") + "')");
        return plan.path("Shared Hit Blocks").asLong() + plan.path("Shared Read Blocks").asLong();
    }

    private static Map<String, List<String>> findings(boolean batchOnly) throws Exception {
        Map<String, List<String>> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("sql"))) {
            for (Path path : files.filter(file -> file.toString().endsWith(".sql")).sorted().toList()) {
                String file = path.toString().replace('\\', '/');
                boolean batch = BATCH.matcher(file).matches();
                if (file.matches("sql/(simulator-)?schema/.*") || LIST.matcher(file).matches() || WHOLE.contains(file) || batchOnly && !batch) {
                    continue;
                }
                if (batch) {
                    execute(Files.readString(Path.of("sql/inbound/plan-by-key.sql")));
                }
                List<String> found = new ArrayList<>();
                read(explain("explain (generic_plan, format json) " + numbered(file)), found);
                connection.rollback();
                if (!found.isEmpty()) {
                    all.put(file, found);
                }
            }
        }
        return all;
    }

    private static void read(JsonNode node, List<String> found) {
        String type = node.path("Node Type").asText();
        String table = node.path("Relation Name").asText();
        if ((BIG.contains(table) || table.equals(day)) && (type.equals("Seq Scan") || type.startsWith("Index") && !isByKey(node)
                && !node.path("Index Name").asText().matches(".*_(pending|failed|sending|unknown)"))) {
            found.add(type + " on " + table + " " + node.path("Index Name").asText() + node.path("Index Cond").asText() + node.path("Filter").asText());
        }
        node.path("Plans").forEach(below -> read(below, found));
    }

    // What compares with constants only, as kind = 'wa_id', with a number of ours or with null is half a table.
    private static boolean isByKey(JsonNode node) {
        return Stream.of(node.path("Index Cond").asText().split(" AND ")).map(condition -> condition.replaceAll("[()]", ""))
                .anyMatch(condition -> !condition.isEmpty() && !condition.matches("\\w+ = '[^']*'::text|phone_number_id = .*|\\w+ IS NULL"));
    }

    private static String numbered(String file) throws IOException {
        List<String> names = new ArrayList<>();
        return Pattern.compile(":\\?(\\w+)").matcher(Files.readString(Path.of(file))).replaceAll(match -> {
            if (!names.contains(match.group(1))) {
                names.add(match.group(1));
            }
            return "\\$" + (names.indexOf(match.group(1)) + 1);
        });
    }

    private static JsonNode explain(String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return Json.read(row.getString(1)).path(0).path("Plan");
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
