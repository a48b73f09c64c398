package helpdesk.whatsapp.inbound;

import static helpdesk.whatsapp.testing.Payloads.change;
import static helpdesk.whatsapp.testing.Payloads.entry;
import static helpdesk.whatsapp.testing.Payloads.messages;
import static helpdesk.whatsapp.testing.Payloads.status;
import static helpdesk.whatsapp.testing.Payloads.text;
import static helpdesk.whatsapp.testing.Payloads.webhookOf;
import static helpdesk.whatsapp.testing.Payloads.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Inbox;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One bad item never harms its neighbours; the same item twice is one. */
class BatchTest {

    private static final String[] STATUSES = {"sent", "delivered", "read"};

    private final TestApp app = TestApp.shared();
    private final String customer = TestApp.newCustomer();

    private Map<String, Long> outcomesOf(String key) {
        return new TreeMap<>(app.database().sql("select outcome, count(*) as n from item_outcome where item_key = ? group by outcome").param(key)
                .query((row, n) -> Map.entry(row.getString("outcome"), row.getLong("n"))).list().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private int count(String sql, Object... parameters) {
        return app.database().sql(sql).params(parameters).query(Integer.class).single();
    }

    /** Longer than an index takes. */
    private static String tooLong() {
        return "wamid." + random(7, 9_000);
    }

    /** So that it does not shrink when PostgreSQL compresses it. */
    private static String random(long seed, int length) {
        return new Random(seed).ints(length, 'A', 'Z' + 1).mapToObj(c -> String.valueOf((char) c)).collect(Collectors.joining());
    }

    @Test
    void fifty_parallel_posts_of_one_payload_are_one_message_and_forty_nine_duplicates() {
        String wamid = TestApp.newWamid();
        byte[] body = messages(text(customer, wamid, "hello")).getBytes(StandardCharsets.UTF_8);

        List<Integer> answers = IntStream.range(0, 50).parallel().mapToObj(i -> app.webhook(body).status()).toList();
        app.awaitProcessed();

        assertThat(answers).hasSize(50).containsOnly(200);
        assertThat(outcomesOf(wamid)).isEqualTo(Map.of("stored", 1L, "duplicate", 49L));
        assertThat(count("select count(*) from message where wamid = ?", wamid)).isEqualTo(1);
        assertThat(count("select count(*) from ticket t join contact c on c.id = t.contact_id where c.wa_id = ?", customer)).isEqualTo(1);
        assertThat(count("select unread_count from ticket t join contact c on c.id = t.contact_id where c.wa_id = ?", customer)).isEqualTo(1);
        assertThat(count("select count(*) from events_log where convert_from(payload, 'UTF8')::jsonb ->> 'wamid' = ?", wamid)).isEqualTo(1);
    }

    @Test
    void the_same_message_many_times_in_one_batch_is_one() throws Exception {
        String wamid = TestApp.newWamid();
        try (Inbox held = Inbox.hold(app)) {
            for (int i = 0; i < 3; i++) {
                app.webhook(messages(text(customer, wamid, "hello"), text(customer, wamid, "hello")));
            }
        }
        app.awaitProcessed();

        assertThat(outcomesOf(wamid)).isEqualTo(Map.of("stored", 1L, "duplicate", 5L));
    }

    @Test
    void one_wamid_at_two_numbers_are_two_messages() {
        String wamid = TestApp.newWamid();
        app.webhook(Payloads.webhook(change(TestApp.NUMBER, "messages", text(customer, wamid, "a")),
                change("100000000000077", "messages", text(customer, wamid, "b"))));
        app.awaitProcessed();

        assertThat(outcomesOf(wamid)).isEqualTo(Map.of("stored", 2L));
        assertThat(count("select count(*) from ticket t join contact c on c.id = t.contact_id where c.wa_id = ?", customer)).isEqualTo(2);
    }

    @Test
    void malformed_items_between_good_ones_in_every_change_are_dead_letters_and_the_good_ones_are_stored() {
        List<String> good = new ArrayList<>();
        List<String> sent = new ArrayList<>();
        List<ObjectNode> entries = new ArrayList<>();
        for (int e = 0; e < 2; e++) {
            List<ObjectNode> changes = new ArrayList<>();
            for (int c = 0; c < 2; c++) {
                List<JsonNode> messages = new ArrayList<>();
                List<JsonNode> statuses = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    good.add(TestApp.newWamid());
                    sent.add(TestApp.newWamid());
                    messages.add(text(customer, good.get(good.size() - 1), "good"));
                    statuses.add(status(sent.get(sent.size() - 1), STATUSES[i]));
                }
                changes.add(with(change(TestApp.NUMBER, "messages", messages.toArray(JsonNode[]::new)), "statuses",
                        statuses.toArray(JsonNode[]::new)));
            }
            entries.add(entry(changes.toArray(ObjectNode[]::new)));
        }
        ObjectNode noId = text(customer, "x", "bad");
        noId.remove("id");
        insert(entries, "/0/changes/0/value/messages", 1, noId);
        insert(entries, "/0/changes/1/value/messages", 0, TextNode.valueOf("not an object"));
        insert(entries, "/1/changes/0/value/messages", 2, text(customer, TestApp.newWamid(), "bad").put("timestamp", "yesterday"));
        insert(entries, "/1/changes/1/value/messages", 3, text(customer, TestApp.newWamid(), "bad").put("timestamp", "99999999999999"));
        insert(entries, "/0/changes/0/value/statuses", 1, status(tooLong(), "sent"));
        insert(entries, "/0/changes/1/value/statuses", 1, TextNode.valueOf("not an object"));
        insert(entries, "/1/changes/1/value/statuses", 0, status(TestApp.newWamid(), "read").put("timestamp", "1.5e99"));
        byte[] body = webhookOf(entries).getBytes(StandardCharsets.UTF_8);

        assertThat(app.webhook(body).status()).isEqualTo(200);
        String after = TestApp.newWamid();
        app.webhook(messages(text(customer, after, "the next event")));
        app.awaitProcessed();

        assertThat(app.database().sql("select wamid from message where wamid in (:w)").param("w", good).query(String.class).list())
                .containsExactlyInAnyOrderElementsOf(good);
        assertThat(app.database().sql("select wamid from message_status where wamid in (:w)").param("w", sent).query(String.class).list())
                .containsExactlyInAnyOrderElementsOf(sent);
        assertThat(count("select count(*) from message where wamid = ?", after)).isEqualTo(1);
        Map<String, String> letters = letters(body);
        assertThat(letters.keySet()).isEqualTo(new TreeSet<>(List.of(
                "entry[0].changes[0].value.messages[1]", "entry[0].changes[1].value.messages[0]",
                "entry[1].changes[0].value.messages[2]", "entry[1].changes[1].value.messages[3]",
                "entry[0].changes[0].value.statuses[1]", "entry[0].changes[1].value.statuses[1]",
                "entry[1].changes[1].value.statuses[0]")));
        assertThat(letters.get("entry[0].changes[0].value.messages[1]")).isEqualTo("The message has no id.");
        assertThat(letters.get("entry[1].changes[0].value.messages[2]")).isEqualTo("The timestamp 'yesterday' is not a number of seconds.");
        assertThat(letters.get("entry[1].changes[1].value.messages[3]")).startsWith("The database refuses it: ");
        assertThat(letters.get("entry[0].changes[0].value.statuses[1]")).startsWith("The database refuses it: ");
        assertThat(count("select count(*) from message where text = 'bad' and contact_id in (select contact_id from contact_identity "
                + "where value = ?)", customer)).isZero();
        assertThat(count("select sum(items_received - items_stored - items_duplicate - items_unsupported - items_dead) from ledger")).isZero();
    }

    @Test
    void a_thousand_bad_items_in_an_event_of_three_megabytes_are_letters_that_share_its_bytes_and_do_not_stop_the_lane() {
        List<JsonNode> messages = new ArrayList<>();
        String prefix = TestApp.newWamid();
        for (int i = 0; i < 1_000; i++) {
            messages.add(text(customer, prefix + i, random(i, 2_900)).put("timestamp", "yesterday"));
        }
        byte[] body = messages(messages.toArray(JsonNode[]::new)).getBytes(StandardCharsets.UTF_8);
        String size = "select pg_total_relation_size('dead_letter') + pg_total_relation_size('dead_event')";
        long before = app.database().sql(size).query(Long.class).single();

        app.webhook(body);
        String after = TestApp.newWamid();
        app.webhook(messages(text(customer, after, "the next event")));
        app.awaitProcessed();

        assertThat(outcomesOf(after)).isEqualTo(Map.of("stored", 1L));
        assertThat(app.database().sql(size).query(Long.class).single() - before).isLessThan(body.length * 2L);
        assertThat(count("select count(*) from dead_event where raw = ?", body)).isEqualTo(1);
        assertThat(letters(body)).hasSize(1_000);
        for (int item : new int[] {0, 999}) {
            assertThat(app.get("/api/whatsapp/dead-letters/" + letterOf(body, item)).json().path("raw").asText().getBytes(StandardCharsets.UTF_8))
                    .isEqualTo(body);
        }
        assertThat(app.post("/api/whatsapp/dead-letters/" + letterOf(body, 999) + "/replay", "{}").status()).isEqualTo(202);
        app.awaitProcessed();

        assertThat(app.database().sql("select log_item from item_outcome where replay and log_pos > (select log_pos from dead_event where raw = ?)")
                .param(body).query(Integer.class).list()).as("the replay is of this one alone").containsExactly(999);
        assertThat(letters(body)).hasSize(1_000);
        assertThat(count("select count(*) from dead_event where raw = ?", body)).isEqualTo(1);
    }

    private long letterOf(byte[] body, int message) {
        return app.database().sql("select id from dead_letter join dead_event using (log_pos) where raw = ? and item_path = ?")
                .param(body).param("entry[0].changes[0].value.messages[" + message + "]").query(Long.class).single();
    }

    @Test
    void a_replayed_event_is_resolved_only_when_none_of_its_items_is_dead() {
        String wamid = TestApp.newWamid();
        ObjectNode refused = text(customer, TestApp.newWamid(), "refused").put("timestamp", "99999999999999");
        ObjectNode unread = text(customer, TestApp.newWamid(), "unread").put("timestamp", "yesterday");
        byte[] bad = messages(unread, refused, text(customer, wamid, "good")).getBytes(StandardCharsets.UTF_8);
        byte[] good = messages(text(customer, TestApp.newWamid(), "one"), text(customer, TestApp.newWamid(), "two"))
                .getBytes(StandardCharsets.UTF_8);
        long badLetter = letter(bad, "");
        long goodLetter = letter(good, "");
        long lostLetter = letter(good, "entry[7]");

        for (int i = 0; i < 2; i++) {
            replay(bad, badLetter);
        }
        replay(good, goodLetter);
        replay(good, lostLetter);
        app.awaitProcessed();

        assertThat(outcomesOf(wamid)).isEqualTo(Map.of("stored", 1L, "duplicate", 1L));
        assertThat(count("select count(*) from dead_letter where id = ? and resolved_at is null", badLetter)).isEqualTo(1);
        assertThat(count("select count(*) from dead_letter where id = ? and resolved_at is not null", goodLetter)).isEqualTo(1);
        assertThat(count("select count(*) from dead_letter where id = ? and resolved_at is null", lostLetter)).isEqualTo(1);
        assertThat(letters(bad).keySet()).isEqualTo(Set.of("", "entry[0].changes[0].value.messages[0]",
                "entry[0].changes[0].value.messages[1]"));
        assertThat(letters(good).keySet()).isEqualTo(Set.of("", "entry[7]"));
    }

    // As a version of the service that could not read the event would have left it.
    private long letter(byte[] raw, String path) {
        return app.database().sql("""
                with event as (
                    insert into dead_event (log_pos, raw) select coalesce(min(log_pos), 0) - 100, ? from dead_event returning log_pos
                )
                insert into dead_letter (log_pos, item_path, part, route, reason, simulated)
                select log_pos, ?, 'event', 'webhook-process', 'unread', true from event returning id""")
                .param(raw).param(path).query(Long.class).single();
    }

    private void replay(byte[] raw, long letter) {
        app.context().createFluentProducerTemplate().to("pglog:webhook").withBody(raw).withHeader("simulated", true)
                .withHeader("replayOf", letter).send();
    }

    private static void insert(List<ObjectNode> entries, String place, int at, JsonNode bad) {
        int entry = Integer.parseInt(place.substring(1, 2));
        ((ArrayNode) entries.get(entry).at(place.substring(2))).insert(at, bad);
    }

    // By item path, of the event with these bytes.
    private Map<String, String> letters(byte[] body) {
        return new TreeMap<>(app.database().sql("select item_path, reason from dead_letter join dead_event using (log_pos) where raw = ?").param(body)
                .query((row, n) -> Map.entry(row.getString("item_path"), row.getString("reason"))).list().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    @Test
    void several_events_of_one_batch_are_halved_down_to_the_bad_items_only() throws Exception {
        List<String> good = new ArrayList<>();
        List<byte[]> bad = new ArrayList<>();
        try (Inbox held = Inbox.hold(app)) {
            for (int i = 0; i < 13; i++) {
                good.add(TestApp.newWamid());
                app.webhook(messages(text(customer, good.get(i), "good " + i)));
                if (i % 6 == 3) {
                    bad.add(messages(text(customer, TestApp.newWamid(), "bad").put("timestamp", "99999999999999"))
                            .getBytes(StandardCharsets.UTF_8));
                    app.webhook(bad.get(bad.size() - 1));
                }
            }
        }
        app.awaitProcessed();

        assertThat(app.database().sql("select wamid from message where wamid in (:w) order by log_pos").param("w", good)
                .query(String.class).list()).isEqualTo(good);
        assertThat(bad).hasSize(2).allSatisfy(raw -> assertThat(letters(raw)).containsOnlyKeys("entry[0].changes[0].value.messages[0]"));
        assertThat(count("select unread_count from ticket t join contact c on c.id = t.contact_id where c.wa_id = ?", customer)).isEqualTo(13);
        assertThat(count("select count(distinct ticket_id) from message where wamid in (" + good.stream().map(w -> "'" + w + "'")
                .collect(Collectors.joining(",")) + ")")).isEqualTo(1);
    }

    @Test
    void parts_that_are_no_arrays_are_dead_letters_that_name_the_place() {
        String wamid = TestApp.newWamid();
        ObjectNode odd = change(TestApp.NUMBER, "messages", text(customer, wamid, "good"));
        ((ObjectNode) odd.path("value")).put("statuses", "none").putObject("errors").put("code", 1);
        ObjectNode root = (ObjectNode) Json.read(Payloads.webhook(odd));
        ((ArrayNode) root.path("entry")).add("an entry").add(42).addObject().put("id", "200000000000001");
        byte[] body = Json.write(root).getBytes(StandardCharsets.UTF_8);
        app.webhook(body);
        app.awaitProcessed();

        assertThat(outcomesOf(wamid)).isEqualTo(Map.of("stored", 1L));
        assertThat(letters(body).keySet()).isEqualTo(Set.of("entry[0].changes[0].value.statuses", "entry[0].changes[0].value.errors",
                "entry[1]", "entry[2]", "entry[3].changes"));
    }

    @Test
    void a_thousand_updates_in_one_post_are_all_worked_on() {
        List<JsonNode> messages = new ArrayList<>();
        String prefix = TestApp.newWamid();
        for (int i = 0; i < 1000; i++) {
            messages.add(text(String.valueOf(Long.parseLong(customer) * 1000 + i), prefix + i, "message " + i));
        }

        assertThat(app.webhook(messages(messages.toArray(JsonNode[]::new))).status()).isEqualTo(200);
        app.awaitProcessed();

        assertThat(count("select count(distinct contact_id) from message where wamid like ?", prefix + "%")).isEqualTo(1000);
    }

    @Test
    void an_event_of_more_than_the_heap_could_hold_is_one_letter_and_its_neighbours_are_stored() throws Exception {
        String before = TestApp.newWamid();
        String after = TestApp.newWamid();
        byte[] items = ("{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"messages\",\"value\":{\"messages\":["
                + "{},".repeat(5_000) + "{}]}}]}]}").getBytes(StandardCharsets.UTF_8);
        byte[] tokens = ("{\"object\":\"whatsapp_business_account\",\"entry\":[],\"more\":[" + "[],".repeat(1_300_000) + "[]]}")
                .getBytes(StandardCharsets.UTF_8);
        int dead;
        try (Inbox held = Inbox.hold(app)) {
            dead = count("select events_dead from ledger");
            app.webhook(messages(text(customer, before, "before")));
            assertThat(app.webhook(items).status()).isEqualTo(200);
            assertThat(app.webhook(tokens).status()).isEqualTo(200);
            app.webhook(messages(text(customer, after, "after")));
        }
        app.awaitProcessed();

        assertThat(letters(items)).containsOnlyKeys("").allSatisfy((path, reason) -> assertThat(reason).contains("more than 5000 items"));
        assertThat(letters(tokens)).containsOnlyKeys("").allSatisfy((path, reason) -> assertThat(reason).contains("larger than any of Meta's"));
        assertThat(outcomesOf(before)).isEqualTo(Map.of("stored", 1L));
        assertThat(outcomesOf(after)).isEqualTo(Map.of("stored", 1L));
        assertThat(count("select events_dead from ledger") - dead).isEqualTo(2);
        assertThat(app.database().sql("select balanced from ingest_ledger").query(Boolean.class).single()).isTrue();
    }
}
