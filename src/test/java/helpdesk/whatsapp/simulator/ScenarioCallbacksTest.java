package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each scenario looks like at a webhook of somebody else's. */
class ScenarioCallbacksTest {

    private static final Receiver RECEIVER = new Receiver();
    private static TestApp app;
    private static GraphApi graph;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "30"));
        graph = new GraphApi(app);
        RECEIVER.answer(number -> 200);
    }

    @AfterAll
    static void stop() {
        app.close();
        RECEIVER.close();
    }

    private static String customer() {
        String customer = TestApp.newCustomer();
        graph.inbound("{\"from\":\"" + customer + "\"}");
        return customer;
    }

    /** Sends to a customer with whom this scenario is played; the wamid. */
    private static String play(String scenario) {
        return play(scenario, customer());
    }

    private static String play(String scenario, String customer) {
        assertThat(app.post("/mock/control/scenarios", "{\"scenario\":\"" + scenario + "\",\"to\":\"" + customer + "\"}").status()).isEqualTo(201);
        return graph.sendText(customer, scenario);
    }

    private static List<Receiver.Post> await(String wamid, int count) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> RECEIVER.about(wamid).size() >= count);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.database()
                .sql("select count(*) from simulator_callback where message = ?").param(wamid).query(Long.class).single() == 0);
        return RECEIVER.about(wamid);
    }

    private static List<String> statuses(String wamid, int count) {
        return await(wamid, count).stream().map(post -> post.status().path("status").asText()).toList();
    }

    @Test
    void in_another_order_three_times_and_with_some_left_out() {
        assertThat(statuses(play("out-of-order"), 3)).containsExactly("read", "delivered", "sent");
        assertThat(statuses(play("duplicates"), 9)).containsExactly("sent", "sent", "sent", "delivered", "delivered", "delivered", "read", "read", "read");
        assertThat(statuses(play("delivered-skipped"), 2)).containsExactly("sent", "read");
        assertThat(statuses(play("never-read"), 2)).containsExactly("sent", "delivered");
        assertThat(statuses(play("late-failure"), 2)).containsExactly("sent", "failed");
        assertThat(statuses(play("lost-statuses"), 0)).isEmpty();
    }

    @Test
    void a_failure_has_the_error_and_neither_contact_nor_price() {
        Receiver.Post failed = await(play("error-131049"), 1).get(0);

        assertThat(failed.status().path("status").asText()).isEqualTo("failed");
        assertThat(failed.status().at("/errors/0/code").asInt()).isEqualTo(131049);
        assertThat(failed.status().at("/errors/0/error_data/details").asText()).isNotBlank();
        assertThat(failed.status().has("pricing")).isFalse();
        assertThat(failed.status().has("recipient_user_id")).isFalse();
        assertThat(failed.value().has("contacts")).isFalse();
    }

    @Test
    void what_a_message_costs_is_said_with_read_where_delivered_is_skipped() {
        List<Receiver.Post> posts = await(play("delivered-skipped"), 2);

        assertThat(posts.get(0).status().at("/pricing/category").asText()).isEqualTo("service");
        assertThat(posts.get(1).status().path("status").asText()).isEqualTo("read");
        assertThat(posts.get(1).status().path("pricing")).isEqualTo(posts.get(0).status().path("pricing"));
    }

    @Test
    void many_in_one_post() {
        String customer = customer();
        assertThat(app.post("/mock/control/scenarios", "{\"scenario\":\"batches\",\"to\":\"" + customer + "\"}").status()).isEqualTo(201);
        List<String> wamids = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            wamids.add(graph.sendText(customer, "batch"));
        }
        Set<String> got = new HashSet<>();
        int largest = 0;
        for (String wamid : wamids) {
            for (Receiver.Post post : await(wamid, 1)) {
                JsonNode changes = Json.read(post.body()).at("/entry/0/changes");
                largest = Math.max(largest, changes.size());
                assertThat(post.signature()).isEqualTo(SignatureVerifier.header(post.body(), "mock-app-secret"));
                changes.forEach(change -> got.add(change.at("/value/statuses/0/id").asText() + change.at("/value/statuses/0/status").asText()));
            }
        }
        assertThat(largest).isBetween(2, 10);
        assertThat(got).hasSize(18);
    }

    @Test
    void a_status_before_the_answer() {
        String customer = customer();
        // Long enough for the status on a busy machine too.
        assertThat(app.post("/mock/control/scenarios", "{\"scenario\":\"status-first\",\"to\":\"" + customer + "\",\"options\":{\"hold\":6000}}")
                .status()).isEqualTo(201);
        long started = System.nanoTime();
        String wamid = graph.sendText(customer, "status-first");

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(5900));
        assertThat(RECEIVER.about(wamid)).extracting(post -> post.status().path("status").asText()).contains("sent");
    }

    @Test
    void a_wrong_signature_and_then_the_right_one() {
        String secret = "mock-app-secret";
        RECEIVER.judge(post -> post.signature().equals(SignatureVerifier.header(post.body(), secret)) ? 200 : 401);
        String wamid = play("wrong-signature");

        List<Receiver.Post> posts = await(wamid, 4);
        RECEIVER.judge(null);

        assertThat(posts).extracting(Receiver.Post::answered).contains(401, 200);
        assertThat(posts).filteredOn(post -> post.answered() == 200).extracting(post -> post.status().path("status").asText())
                .contains("read");
    }

    @Test
    void three_megabytes() {
        List<Receiver.Post> posts = await(play("large-body"), 3);

        assertThat(posts.get(0).body().length).isBetween(3_000_000, 3_145_728);
        assertThat(posts.get(1).body().length).isLessThan(10_000);
    }

    @Test
    void fields_and_types_that_nobody_knows() {
        Receiver.Post status = await(play("unknown-things"), 3).get(0);
        JsonNode changes = Json.read(status.body()).at("/entry/0/changes");
        assertThat(changes.at("/1/field").asText()).isEqualTo("holographic_update");
        assertThat(status.value().at("/statuses/1/status").asText()).isEqualTo("dreamt");

        String wamid = graph.inbound("{\"from\":\"" + TestApp.newCustomer() + "\",\"scenario\":\"unknown-things\"}");
        Receiver.Post message = await(wamid, 1).get(0);
        assertThat(message.value().at("/messages/1/type").asText()).isEqualTo("hologram");
    }

    @Test
    void an_answer_that_is_late_and_an_answer_that_is_no_json() {
        String customer = customer();
        assertThat(app.post("/mock/control/scenarios", "{\"scenario\":\"slow-answers\",\"to\":\"" + customer + "\",\"options\":{\"hold\":800}}")
                .status()).isEqualTo(201);
        long started = System.nanoTime();
        graph.sendText(customer, "slow");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(750));

        app.post("/mock/control/scenarios", "{\"scenario\":\"not-json\",\"to\":\"" + customer + "\"}");
        Answer page = graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"text\":{\"body\":\"x\"}}");
        assertThat(page.status()).isEqualTo(502);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.text()).startsWith("<html>");
    }

    @Test
    void a_number_that_changes_after_the_message() {
        String customer = customer();
        play("changed-number", customer);

        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> RECEIVER.posts().stream().anyMatch(post ->
                post.value().at("/messages/0/system/type").asText().equals("user_changed_number")
                        && post.value().at("/messages/0/from").asText().equals(customer)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "voice"})
    void a_customer_that_hides_the_phone(String type) {
        String customer = TestApp.newCustomer();
        String wamid = graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"" + type + "\",\"scenario\":\"hidden-phone\"}");

        Receiver.Post post = await(wamid, 1).get(0);

        assertThat(post.value().at("/messages/0").has("from")).isFalse();
        assertThat(post.value().at("/contacts/0").has("wa_id")).isFalse();
        assertThat(post.value().at("/contacts/0/profile/username").asText()).matches("[a-z0-9._]{3,35}");
        assertThat(post.value().at("/contacts/0/user_id").asText()).isEqualTo(SampleCustomers.userId(customer));
    }

    @Test
    void a_scenario_of_a_file_is_felt_when_it_is_asked_for() {
        String customer = TestApp.newCustomer();
        String wamid = graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"image\",\"scenario\":\"media-unavailable\"}");
        String id = await(wamid, 1).get(0).value().at("/messages/0/image/id").asText();
        assertThat(graph.get("/v25.0/" + id).status()).isEqualTo(503);
        assertThat(graph.get("/v25.0/" + id).status()).isEqualTo(503);
        assertThat(graph.get("/v25.0/" + id).status()).isEqualTo(200);

        String expired = graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"image\",\"scenario\":\"expired-url\"}");
        String other = await(expired, 1).get(0).value().at("/messages/0/image/id").asText();
        String url = graph.get("/v25.0/" + other).json().path("url").asText();
        assertThat(graph.get(url).status()).isEqualTo(404);
        assertThat(graph.get(url).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"calls|{\"metadata\":\"$METADATA\",\"calls\":[{\"event\":\"connect\"}]}|/metadata/phone_number_id|" + TestApp.NUMBER + "|false",
        "messages|{\"errors\":[{\"code\":131000,\"title\":\"$NAME\"}]}|/errors/0/title|Ana Example|false", "automatic_events|{\"event\":\"x\"}|/event|x|true"})
    void any_field_can_be_told_of(String field, String value, String pointer, String expected, boolean timed) {
        Answer told = app.post("/mock/control/events", "{\"field\":\"" + field + "\",\"value\":" + value + "}");

        assertThat(told.status()).as(told.text()).isEqualTo(200);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> RECEIVER.posts().stream().map(post -> Json.read(post.body()).at("/entry/0")).anyMatch(entry ->
                entry.at("/changes/0/field").asText().equals(field) && entry.at("/changes/0/value" + pointer).asText().equals(expected) && entry.has("time") == timed));
    }

    @Test
    void what_meta_tells_of_the_account_has_its_field_and_a_time() {
        for (String name : SimulatedEvents.names()) {
            Answer told = app.post("/mock/control/events", "{\"event\":\"" + name + "\",\"value\":{\"mark\":\"" + name + "\"}}");
            assertThat(told.status()).as(told.text()).isEqualTo(200);
            assertThat(told.text()).doesNotContain("\"$");
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> RECEIVER.posts().stream().anyMatch(post ->
                    post.value().path("mark").asText().equals(name)));
            JsonNode body = Json.read(RECEIVER.posts().stream().filter(post -> post.value().path("mark").asText().equals(name))
                    .findFirst().orElseThrow().body());
            assertThat(body.at("/entry/0/changes/0/field")).isEqualTo(told.json().path("field"));
            assertThat(body.at("/entry/0/time").isIntegralNumber()).isTrue();
        }
        assertThat(app.post("/mock/control/events", "{\"event\":\"rain\"}").status()).isEqualTo(422);
        assertThat(app.post("/mock/control/events", "{\"field\":\"calls\"}").status()).isEqualTo(422);
        assertThat(app.post("/mock/control/events", "{}").status()).isEqualTo(422);
        assertThat(app.post("/mock/control/events", "{\"event\":\"user-opted-out\",\"from\":\"x\"}").status()).isEqualTo(422);
    }
}
