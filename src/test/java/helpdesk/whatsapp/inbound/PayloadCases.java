package helpdesk.whatsapp.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What must become of a payload, a line for each: {@code file | part:type:outcome … | text of the message | column=value …}. A
 * {@code -} is null. Every payload has a database without others' data. The items are counted anew from the payload, by
 * another parser than the product's.
 */
record PayloadCases(TestApp app) {

    private static final List<String> TABLES = List.of("message", "contact_identity", "merge_suggestion", "media_upload", "media",
            "message_status", "reaction", "service_window", "account_event", "item_outcome", "dead_letter", "dead_event", "ticket", "contact",
            "outbox", "send_attempt");
    /** The columns that a line may name, and where they are. */
    private static final String MESSAGE = """
            select m.type, m.text, m.context_wamid as context, m.wamid, m.phone_number_id as number, m.direction, m.status,
                   extract(epoch from m.sent_at)::bigint::text as at, md.graph_id as graph, md.mime_type as mime, md.file_name as file,
                   md.caption, md.state as media, md.error as fault, md.sha256 as sha, r.emoji, r.target_wamid as target,
                   c.profile_name as name, c.username, c.wa_id as phone, c.user_id as user, c.parent_user_id as parent,
                   m.ticket_reason as ticket
            from message m join contact c on c.id = m.contact_id left join media md on md.id = m.media_id
            left join reaction r on r.wamid = m.wamid order by m.log_item limit 1""";
    private static final String STATUS = """
            select status, wamid, participant, callback_data as callback, error ->> 'code' as code, error ->> 'details' as details,
                   payload -> 'pricing' ->> 'pricing_model' as pricing, extract(epoch from at)::bigint::text as at,
                   phone_number_id as number from message_status order by log_item limit 1""";
    private static final String ACCOUNT = """
            select field, topic, event, waba_id as waba, phone_number_id as number from account_event order by log_item limit 1""";

    record Case(String file, List<String> items, String text, Map<String, String> columns) {
        @Override
        public String toString() {
            return file;
        }
    }

    static List<Case> table(String lines) {
        List<Case> cases = new ArrayList<>();
        for (String line : lines.lines().filter(line -> !line.isBlank()).toList()) {
            String[] cells = Arrays.stream(line.split("\\|", -1)).map(String::trim).toArray(String[]::new);
            Map<String, String> columns = new LinkedHashMap<>();
            if (cells.length > 3) {
                for (String column : cells[3].split(" (?!codecs=)(?=[a-z]+=)")) {
                    columns.put(column.substring(0, column.indexOf('=')), orNull(column.substring(column.indexOf('=') + 1)));
                }
            }
            cases.add(new Case(cells[0], cells[1].isEmpty() ? List.of() : List.of(cells[1].split(" ")),
                    cells.length > 2 ? orNull(cells[2]) : null, columns));
        }
        return cases;
    }

    private static String orNull(String cell) {
        return cell.equals("-") ? null : cell.equals("''") ? "" : cell;
    }

    void clear() {
        app.database().sql(TABLES.stream().map(table -> "delete from " + table).collect(Collectors.joining("; "))
                + "; delete from ledger; insert into ledger default values").update();
    }

    void check(Case wanted, byte[] raw) {
        clear();
        assertThat(app.webhook(raw).status()).isEqualTo(200);
        app.awaitProcessed();

        List<String> outcomes = app.database().sql("select concat_ws(':', part, coalesce(type, '-'), outcome) from item_outcome "
                + "order by log_item").query(String.class).list();
        assertThat(outcomes).isEqualTo(wanted.items());
        assertLedgers(raw, wanted);
        Map<String, Object> found = new LinkedHashMap<>();
        for (String query : List.of(ACCOUNT, STATUS, MESSAGE)) {
            app.database().sql(query).query().listOfRows().forEach(found::putAll);
        }
        if (wanted.items().stream().anyMatch(item -> item.startsWith("message:"))) {
            assertThat(found.get("text")).isEqualTo(wanted.text());
            assertThat(found).containsEntry("direction", "inbound").containsEntry("status", "received");
        }
        wanted.columns().forEach((column, value) -> assertThat(found).containsEntry(column, value));
    }

    private void assertLedgers(byte[] raw, Case wanted) {
        Map<String, Object> ledger = app.database().sql("select * from ledger").query().singleRow();
        assertThat(ledger).containsEntry("items_received", (long) itemsOf(Json.read(raw)));
        assertThat(ledger).containsEntry("items_dead", wanted.items().stream().filter(item -> item.endsWith(":dead")).count());
        assertThat((long) ledger.get("items_stored") + (long) ledger.get("items_duplicate") + (long) ledger.get("items_unsupported")
                + (long) ledger.get("items_dead")).isEqualTo(ledger.get("items_received"));
        assertThat((long) ledger.get("events_done") + (long) ledger.get("events_dead")).isEqualTo(1);
    }

    // Every message, status and value error of the field messages; every other change is one.
    private static int itemsOf(JsonNode root) {
        int items = 0;
        if (root.path("object").asText().equals("whatsapp_business_account")) {
            for (JsonNode entry : root.path("entry")) {
                for (JsonNode change : entry.path("changes")) {
                    JsonNode value = change.path("value");
                    int parts = value.path("messages").size() + value.path("statuses").size() + value.path("errors").size();
                    items += change.path("field").asText().equals("messages") && parts > 0 ? parts : 1;
                }
            }
        }
        return items;
    }
}
