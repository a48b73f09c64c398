package helpdesk.whatsapp.api;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.security.WebhookSigns;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two instances on one database, with all that real mode needs; and one that lacks everything. */
class ModeTest {

    private static final String AGENT = "an-agent's-token";
    private static final Map<String, String> SECRETS = Map.of("whatsapp.app-secret", "s3cret", "whatsapp.verify-token", "v3rify",
            "whatsapp.access-token", "a-real-token", "whatsapp.phone-number-id", "555000111222333",
            "whatsapp.graph.base-url", "https://graph.facebook.invalid/", "whatsapp.mode-refresh", "200");
    private static final int ROOT = Ports.free();
    private static TestApp first;
    private static TestApp second;

    @BeforeAll
    static void start() throws Exception {
        try (TestApp once = TestApp.start(SECRETS)) {
            String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(AGENT.getBytes(StandardCharsets.UTF_8)));
            once.database().sql("insert into api_token (name, hash, role) values ('maria', ?, 'agent')").param(hash).update();
            first = onDatabaseOf(once, Map.of("whatsapp.simulator.port", "" + ROOT));
        }
        second = onDatabaseOf(first);
    }

    private static TestApp onDatabaseOf(TestApp app) {
        return onDatabaseOf(app, Map.of());
    }

    private static TestApp onDatabaseOf(TestApp app, Map<String, String> more) {
        return TestApp.start(with(with(SECRETS, more), databaseOf(app)));
    }

    private static Map<String, String> databaseOf(TestApp app) {
        return Stream.of("whatsapp.db.url", "whatsapp.db.user", "whatsapp.db.password").collect(Collectors.toMap(key -> key, app::property));
    }

    private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(some);
        all.putAll(more);
        return all;
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
    }

    private static TestApp.Answer put(TestApp app, String body, String token) {
        return app.call("PUT", "/api/whatsapp/mode", body, Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json"));
    }

    private static String modeOf(TestApp app) {
        return assertAnswer(app.get("/api/whatsapp/mode"), "mode-get", 200).path("mode").asText();
    }

    private static TestApp.Answer atRoot() {
        return first.call("GET", "http://127.0.0.1:" + ROOT + "/v25.0/555000111222333", (String) null, Map.of("Authorization", "Bearer a-real-token"));
    }

    @Test
    void the_mode_is_toggled_audited_and_seen_by_the_other_instance_and_by_the_next_start() {
        JsonNode before = assertAnswer(first.get("/api/whatsapp/mode"), "mode-get", 200);
        assertThat(before.path("mode").asText()).isEqualTo("mock");
        assertThat(before.path("refusals")).isEmpty();
        assertThat(before.path("baseUrl").asText()).isEqualTo(first.url("/mock/graph"));
        assertThat(atRoot().status()).isEqualTo(200);

        JsonNode real = assertAnswer(put(first, "{\"mode\":\"real\"}", TestApp.TOKEN), "mode-change", 200);
        assertThat(real.path("mode").asText()).isEqualTo("real");
        assertThat(real.path("source").asText()).isEqualTo("runtime");
        assertThat(real.path("baseUrl").asText()).isEqualTo("https://graph.facebook.invalid");
        assertThat(real.path("inFlight").asInt()).isZero();
        assertThat(first.call("GET", "/mock/graph/x", (String) null, Map.of()).status()).isEqualTo(404);
        assertThat(first.get("/mock/control/journal").status()).isEqualTo(404);
        assertThat(atRoot().status()).isEqualTo(404);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> modeOf(second).equals("real"));
        assertThat(second.get("/api/whatsapp/health").json().path("mode").asText()).isEqualTo("real");

        try (TestApp third = onDatabaseOf(first)) {     // its file says mock; what was set at run time holds
            JsonNode kept = assertAnswer(third.get("/api/whatsapp/mode"), "mode-get", 200);
            assertThat(kept.path("mode").asText()).isEqualTo("real");
            assertThat(kept.path("source").asText()).isEqualTo("runtime");
        }
        assertAnswer(put(second, "{\"mode\":\"mock\"}", TestApp.TOKEN), "mode-change", 200);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> modeOf(first).equals("mock"));
        assertThat(first.database().sql("select detail ->> 'from' || '>' || (detail ->> 'to') from audit"
                + " where action = 'mode-change' and actor = 'environment' order by id").query(String.class).list())
                .containsExactly("mock>real", "real>mock");
    }

    @Test
    void an_instance_that_cannot_follow_begins_and_takes_nothing_and_says_why_until_it_can() throws Exception {
        try (GraphStub meta = new GraphStub(); TestApp able = TestApp.start(realMode(meta, Map.of()))) {
            Map<String, String> lacks = realMode(meta, Map.of("whatsapp.access-token", "mock-access-token"));
            try (TestApp other = TestApp.start(with(databaseOf(able), lacks))) {
                able.context().getRouteController().stopRoute("outbound-dispatch");
                assertAnswer(put(able, "{\"mode\":\"real\"}", TestApp.TOKEN), "mode-change", 200);
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> other.post("/api/whatsapp/messages", send("refused")).status() == 503);

                TestApp.Answer refused = other.post("/api/whatsapp/messages", send("refused"));
                assertThat(assertAnswer(refused, "message-send", 503).path("code").asText()).isEqualTo("mode-not-followed");
                assertThat(refused.header("Retry-After")).isNotNull();
                assertThat(assertAnswer(other.webhook(WebhookSigns.TEST), "webhook-receive", 503).path("code").asText()).isEqualTo("mode-not-followed");
                JsonNode health = assertAnswer(other.get("/api/whatsapp/health"), "health-get", 200);
                assertThat(health.path("status").asText()).isEqualTo("degraded");
                JsonNode sending = condition(health, "sending");
                assertThat(sending.path("state").asText()).isEqualTo("misconfigured");
                assertThat(sending.path("text").asText()).contains("real mode, and this instance cannot follow");
                assertThat(sending.path("mend").asText()).isEqualTo("WHATSAPP_ACCESS_TOKEN is still the public value of mock mode: set your own.");
                String id = assertAnswer(able.post("/api/whatsapp/messages", send("waits")), "message-send", 202).path("id").asText();
                Awaitility.await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(30)).until(() -> able.database()
                        .sql("select count(*) from send_attempt").query(Integer.class).single() == 0);

                assertAnswer(able.call("PUT", "/api/whatsapp/settings", "{\"changes\":{\"whatsapp.access-token\":\"a-real-token\"}}",
                        Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json")), "setting-change", 200);
                other.awaitStatus(id, "accepted");
                assertThat(meta.journal().stream().filter(call -> call.path().endsWith("/messages")).map(GraphStub.Call::authorization))
                        .containsExactly("Bearer a-real-token");
                assertThat(condition(other.get("/api/whatsapp/health").json(), "sending").path("state").asText()).isEqualTo("ok");
                assertThat(other.webhook(WebhookSigns.TEST).status()).isEqualTo(200);
                JsonNode taken = assertAnswer(other.post("/api/whatsapp/messages", send("taken")), "message-send", 202);
                assertThat(other.awaitStatus(taken.path("id").asText(), "accepted").path("mode").asText()).isEqualTo("real");
            }
        }
    }

    private static Map<String, String> realMode(GraphStub meta, Map<String, String> more) {
        return meta.realMode(with(Map.of("whatsapp.mode", "mock", "whatsapp.mode-refresh", "200", "whatsapp.secret-key", "key of both"), more));
    }

    private static String send(String text) {
        return "{\"to\":\"+" + TestApp.newCustomer() + "\",\"type\":\"text\",\"text\":{\"body\":\"" + text + "\"}}";
    }

    private static JsonNode condition(JsonNode health, String part) {
        for (JsonNode condition : health.path("conditions")) {
            if (condition.path("part").asText().equals(part)) {
                return condition;
            }
        }
        throw new AssertionError("no condition " + part);
    }

    @Test
    void a_change_waits_for_sends_that_are_under_way_on_the_other_side() throws Exception {
        first.database().sql("insert into send_attempt (message_id, number, state, mode, base_url) values (-1, 1, 'sending', 'real', 'x')")
                .update();
        AtomicBoolean ending = new AtomicBoolean();
        Thread ends = new Thread(() -> {
            Awaitility.await().pollDelay(Duration.ofMillis(700)).atMost(Duration.ofSeconds(30)).until(() -> true);
            ending.set(true);
            first.database().sql("update send_attempt set state = 'unknown', finished_at = now() where message_id = -1").update();
        });
        ends.start();
        JsonNode mode = assertAnswer(put(first, "{\"mode\":\"mock\"}", TestApp.TOKEN), "mode-change", 200);

        assertThat(ending).as("the send had ended before it was answered").isTrue();
        assertThat(mode.path("inFlight").asInt()).isZero();
        ends.join();
    }

    @Test
    void real_mode_is_refused_with_everything_that_is_missing() {
        TestApp bare = TestApp.shared();
        JsonNode problem = assertAnswer(put(bare, "{\"mode\":\"real\"}", TestApp.TOKEN), "mode-change", 409);

        assertThat(problem.path("code").asText()).isEqualTo("real-mode-refused");
        assertThat(problem.path("missing")).hasSize(4);
        assertThat(problem.path("missing").toString()).contains("WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN",
                "WHATSAPP_ACCESS_TOKEN", "WHATSAPP_PHONE_NUMBER_ID");
        JsonNode mode = assertAnswer(bare.get("/api/whatsapp/mode"), "mode-get", 200);
        assertThat(mode.path("mode").asText()).isEqualTo("mock");
        assertThat(mode.path("source").asText()).isEqualTo("file");
        assertThat(mode.path("refusals")).isEqualTo(problem.path("missing"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"mode\":\"test\"}|422|mode", "{}|422|mode", "{\"mode\":1}|422|mode", "{\"mode\":\"mock\",\"x\":1}|422|x", "[]|422|body",
        "nonsense|400|", "` `|400|"})
    void a_wrong_request_is_refused_and_changes_nothing(String body, int status, String field) {
        JsonNode problem = assertAnswer(put(TestApp.shared(), body, TestApp.TOKEN), "mode-change", status);

        assertThat(problem.path("code").asText()).isEqualTo(status == 400 ? "not-json" : "validation");
        if (field != null) {
            assertThat(problem.path("field").asText()).isEqualTo(field);
        }
        assertThat(modeOf(TestApp.shared())).isEqualTo("mock");
    }

    @Test
    void an_agent_reads_but_neither_changes_the_mode_nor_replays() {
        assertThat(first.call("GET", "/api/whatsapp/mode", (String) null, Map.of("Authorization", "Bearer " + AGENT)).status())
                .isEqualTo(200);
        assertThat(assertAnswer(put(first, "{\"mode\":\"real\"}", AGENT), "mode-change", 403).path("code").asText())
                .isEqualTo("forbidden");
        TestApp.Answer replay = first.call("POST", "/api/whatsapp/dead-letters/1/replay", "", Map.of("Authorization", "Bearer " + AGENT));
        assertAnswer(replay, "dead-letter-replay", 403);
        assertAnswer(first.call("PUT", "/api/whatsapp/mode", "{}", Map.of("Content-Type", "application/json")), "mode-change", 401);
    }

    @Test
    void without_its_content_type_a_change_is_not_taken() {
        TestApp.Answer answer = first.call("PUT", "/api/whatsapp/mode", "mode=real", Map.of("Authorization", "Bearer " + TestApp.TOKEN,
                "Content-Type", "application/x-www-form-urlencoded"));

        assertThat(assertAnswer(answer, "mode-change", 415).path("code").asText()).isEqualTo("unsupported-media-type");
    }

    @Test
    void what_the_environment_fixes_can_be_changed_until_the_next_start() {
        System.setProperty("whatsapp.mode", "mock");
        try (TestApp fixed = TestApp.start(SECRETS)) {
            JsonNode before = assertAnswer(fixed.get("/api/whatsapp/mode"), "mode-get", 200);
            assertThat(before.path("source").asText()).isEqualTo("environment");
            assertThat(before.path("atNextStart").asText()).isEqualTo("mock");

            JsonNode changed = assertAnswer(put(fixed, "{\"mode\":\"real\"}", TestApp.TOKEN), "mode-change", 200);
            assertThat(changed.path("mode").asText()).isEqualTo("real");
            assertThat(changed.path("source").asText()).isEqualTo("runtime");
            assertThat(changed.path("atNextStart").asText()).isEqualTo("mock");
            try (TestApp next = onDatabaseOf(fixed)) {
                assertThat(modeOf(next)).isEqualTo("mock");
            }
        } finally {
            System.clearProperty("whatsapp.mode");
        }
    }
}
