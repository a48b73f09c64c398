package helpdesk.whatsapp.api;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.testing.Inbox;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The panel: what a setting is and where it comes from, secrets that are only written, the webhook's page. Two instances on one database. */
class SettingsTest {

    private static final String AGENT = "token-of-an-agent";
    private static final Map<String, String> COMMON = Map.of("whatsapp.agent-token", AGENT, "whatsapp.mode-refresh", "200", "whatsapp.secret-key", "key of the tests");
    private static TestApp app;
    private static TestApp second;

    @BeforeAll
    static void start() {
        app = TestApp.start(COMMON);
        second = onDatabaseOf(app, COMMON);
    }

    private static TestApp onDatabaseOf(TestApp other, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(more);
        for (String key : new String[] {"whatsapp.db.url", "whatsapp.db.user", "whatsapp.db.password"}) {
            properties.put(key, other.property(key));
        }
        return TestApp.start(properties);
    }

    @AfterAll
    static void stop() {
        second.close();
        app.close();
    }

    private static TestApp.Answer put(String body) {
        return app.call("PUT", "/api/whatsapp/settings", body, as(TestApp.TOKEN));
    }

    private static Map<String, String> as(String token) {
        return Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json");
    }

    private static JsonNode setting(TestApp of, String key) {
        for (JsonNode setting : assertAnswer(of.get("/api/whatsapp/settings"), "setting-list", 200).path("data")) {
            if (setting.path("key").asText().equals(key)) {
                return setting;
            }
        }
        throw new AssertionError("no setting " + key);
    }

    @Test
    void every_setting_of_the_panel_is_a_key_of_the_shipped_file() throws Exception {
        String file = Files.readString(Path.of("config/application.properties"));
        for (JsonNode setting : assertAnswer(app.get("/api/whatsapp/settings"), "setting-list", 200).path("data")) {
            assertThat(file).contains("\n" + setting.path("key").asText() + "=");
            assertThat(setting.path("help").asText()).endsWith(".");
        }
    }

    @Test
    void a_setting_is_saved_audited_marked_until_the_restart_and_taken_back() {
        assertThat(setting(app, "whatsapp.ticket.reopen-hours").path("source").asText()).isEqualTo("default");
        assertAnswer(put("{\"changes\":{\"whatsapp.ticket.reopen-hours\":24}}"), "setting-change", 200);
        assertAnswer(put("{\"changes\":{\"whatsapp.ticket.reopen-hours\":\"24\"}}"), "setting-change", 200);
        JsonNode saved = setting(app, "whatsapp.ticket.reopen-hours");
        assertThat(saved.path("value").asText()).isEqualTo("24");
        assertThat(saved.path("source").asText()).isEqualTo("panel");
        assertThat(saved.path("pending").asBoolean()).isTrue();
        assertThat(saved.path("updatedBy").asText()).isEqualTo("environment");
        assertThat(app.property("whatsapp.ticket.reopen-hours")).as("what holds until the restart").isEqualTo("72");
        JsonNode audit = assertAnswer(app.get("/api/whatsapp/audit?action=setting-change&limit=200"), "audit-list", 200).path("data");
        assertThat(audit.findValuesAsText("key").stream().filter("whatsapp.ticket.reopen-hours"::equals)).hasSize(1);

        try (TestApp next = onDatabaseOf(app, COMMON)) {
            assertThat(setting(next, "whatsapp.ticket.reopen-hours").path("pending").asBoolean()).isFalse();
            assertThat(next.property("whatsapp.ticket.reopen-hours")).isEqualTo("24");
        }
        assertAnswer(put("{\"changes\":{\"whatsapp.ticket.reopen-hours\":null}}"), "setting-change", 200);
        assertThat(setting(app, "whatsapp.ticket.reopen-hours").path("value").asText()).isEqualTo("72");
        assertThat(setting(app, "whatsapp.ticket.reopen-hours").path("source").asText()).isEqualTo("default");
    }

    @Test
    void a_secret_is_in_force_at_once_on_every_instance_and_never_shown_or_stored_as_it_is() {
        String secret = "previous-secret-of-tests-9f3a";
        TestApp.Answer changed = put("{\"changes\":{\"whatsapp.app-secret-previous\":\"" + secret + "\"}}");
        JsonNode setting = setting(app, "whatsapp.app-secret-previous");

        assertThat(changed.text()).doesNotContain(secret);
        assertThat(setting.path("value").isNull()).isTrue();
        assertThat(setting.path("set").asBoolean()).isTrue();
        assertThat(setting.path("last4").asText()).isEqualTo("9f3a");
        assertThat(app.database().sql("select value from setting where key = 'whatsapp.app-secret-previous'").query(String.class).single())
                .startsWith("enc:").doesNotContain(secret);
        assertThat(app.get("/api/whatsapp/audit").text()).doesNotContain(secret).contains("replaced");
        byte[] body = "{\"object\":\"whatsapp_business_account\",\"entry\":[]}".getBytes(StandardCharsets.UTF_8);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> second.call("POST", "/api/integrations/whatsapp/webhook", body,
                Map.of("Content-Type", "application/json", "X-Hub-Signature-256", SignatureVerifier.header(body, secret))).status() == 200);
        assertAnswer(put("{\"changes\":{\"whatsapp.app-secret-previous\":null}}"), "setting-change", 200);
        assertThat(setting(app, "whatsapp.app-secret-previous").path("set").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"changes\":{\"whatsapp.outbound.rate\":0}}|changes.whatsapp.outbound.rate", "{\"changes\":{\"whatsapp.outbound.rate\":\"fast\"}}|changes.whatsapp.outbound.rate",
        "{\"changes\":{\"whatsapp.mode\":\"real\"}}|changes.whatsapp.mode", "{\"changes\":{\"whatsapp.db.url\":\"x\"}}|changes.whatsapp.db.url",
        "{\"changes\":{\"whatsapp.graph.base-url\":\"file:///etc\"}}|changes.whatsapp.graph.base-url", "{\"changes\":{\"whatsapp.simulator.callbacks\":\"all\"}}|changes.whatsapp.simulator.callbacks",
        "{\"changes\":{\"whatsapp.access-token\":\"\"}}|changes.whatsapp.access-token", "{\"changes\":{\"whatsapp.graph.version\":\"{{x}}\"}}|changes.whatsapp.graph.version",
        "{\"changes\":{}}|changes", "{}|changes"})
    void a_wrong_value_is_refused_by_key(String body, String field) {
        assertThat(assertAnswer(put(body), "setting-change", 422).path("errors").findValuesAsText("field")).contains(field);
    }

    @Test
    void of_several_changes_all_or_none_hold_and_every_wrong_one_is_named() {
        JsonNode problem = assertAnswer(put("{\"changes\":{\"whatsapp.media.max-attempts\":3,\"whatsapp.outbound.rate\":-1,\"nothing\":1}}"), "setting-change", 422);
        assertThat(problem.path("errors")).hasSize(2);
        assertThat(setting(app, "whatsapp.media.max-attempts").path("source").asText()).isEqualTo("default");
        assertAnswer(app.call("PUT", "/api/whatsapp/settings", "{\"changes\":{\"whatsapp.outbound.rate\":5}}", as(AGENT)), "setting-change", 403);
    }

    @Test
    void what_the_environment_fixes_is_locked() {
        System.setProperty("whatsapp.graph.version", "v24.0");
        try {
            JsonNode locked = setting(app, "whatsapp.graph.version");
            assertThat(locked.path("locked").asBoolean()).isTrue();
            assertThat(locked.path("source").asText()).isEqualTo("environment");
            assertThat(assertAnswer(put("{\"changes\":{\"whatsapp.graph.version\":\"v26.0\"}}"), "setting-change", 422).at("/errors/0/message").asText())
                    .contains("WHATSAPP_GRAPH_VERSION");
        } finally {
            System.clearProperty("whatsapp.graph.version");
        }
    }

    @Test
    void real_mode_does_not_let_its_secrets_be_taken_away() {
        try (helpdesk.whatsapp.testing.GraphStub meta = new helpdesk.whatsapp.testing.GraphStub(); TestApp real = TestApp.start(meta.realMode(Map.of()))) {
            JsonNode problem = assertAnswer(real.call("PUT", "/api/whatsapp/settings", "{\"changes\":{\"whatsapp.app-secret\":\"mock-app-secret\"}}", as(TestApp.TOKEN)),
                    "setting-change", 409);
            assertThat(problem.path("missing").toString()).contains("WHATSAPP_APP_SECRET");
            assertAnswer(real.call("PUT", "/api/whatsapp/settings", "{\"changes\":{\"whatsapp.app-secret\":\"another-secret-1234\"}}", as(TestApp.TOKEN)), "setting-change", 200);
            assertThat(real.get("/api/whatsapp/webhook").json().at("/verifyToken/last4").asText()).isEqualTo("ests");
        }
    }

    @Test
    void a_secret_of_another_key_is_not_read_and_the_files_value_holds() {
        put("{\"changes\":{\"whatsapp.app-secret-previous\":\"a-secret-of-this-key\"}}");
        Map<String, String> other = new HashMap<>(COMMON);
        other.put("whatsapp.secret-key", "another key");
        try (TestApp stranger = onDatabaseOf(app, other)) {
            assertThat(setting(stranger, "whatsapp.app-secret-previous").path("set").asBoolean()).isFalse();
        }
        put("{\"changes\":{\"whatsapp.app-secret-previous\":null}}");
    }

    @Test
    void the_webhook_page_tells_handshakes_events_and_refused_signatures_with_their_reason() {
        try (TestApp fresh = TestApp.start(Map.of())) {
            JsonNode info = assertAnswer(fresh.get("/api/whatsapp/webhook"), "webhook-info", 200);
            assertThat(info.path("callbackUrl").asText()).isEqualTo(fresh.url("/api/integrations/whatsapp/webhook"));
            assertThat(info.path("isPublic").asBoolean()).isFalse();
            assertThat(info.path("lastEvent").isNull()).isTrue();
            assertThat(fresh.get("/api/whatsapp/health").json().at("/webhook/state").asText()).isEqualTo("never");

            String path = "/api/integrations/whatsapp/webhook?hub.mode=subscribe&hub.challenge=7&hub.verify_token=";
            fresh.call("GET", path + "mock-verify-token", (String) null, Map.of());
            fresh.call("GET", path + "wrong", (String) null, Map.of());
            fresh.call("POST", "/api/integrations/whatsapp/webhook", "{}", Map.of("Content-Type", "application/json", "X-Hub-Signature-256", "sha256=" + "0".repeat(64)));
            info = assertAnswer(fresh.get("/api/whatsapp/webhook"), "webhook-info", 200);
            assertThat(info.at("/lastHandshake/at").asText()).isNotEmpty();
            assertThat(info.at("/lastRefusedHandshake/reason").asText()).contains("verify token");
            assertThat(info.at("/lastRefused/reason").asText()).contains("another app secret").contains("2 bytes");
            assertThat(info.path("refused").asInt()).isEqualTo(1);
            fresh.call("POST", "/api/integrations/whatsapp/webhook", "{}", Map.of("Content-Type", "application/json"));
            assertThat(fresh.get("/api/whatsapp/health").json().at("/conditions/1/state").asText()).as("what anybody can post").isEqualTo("attention");
            fresh.call("POST", "/api/integrations/whatsapp/webhook", Payloads.of("text", TestApp.newCustomer(), TestApp.newWamid()),
                    Map.of("Content-Type", "application/json", "X-Hub-Signature-256", "sha256=" + "0".repeat(64)));
            JsonNode condition = fresh.get("/api/whatsapp/health").json().at("/conditions/1");
            assertThat(condition.path("state").asText()).as("what names us").isEqualTo("misconfigured");
            assertThat(condition.path("text").asText()).contains("another app secret");

            JsonNode test = assertAnswer(fresh.post("/api/whatsapp/webhook/test", ""), "webhook-test", 200);
            assertThat(test.path("ok").asBoolean()).as(test.toString()).isTrue();
            info = assertAnswer(fresh.get("/api/whatsapp/webhook"), "webhook-info", 200);
            assertThat(info.at("/lastTest/at").asText()).isNotEmpty();
            assertThat(info.path("lastEvent").isNull()).as("our own test is no sign of Meta's").isTrue();
            fresh.webhook(Payloads.of("text", TestApp.newCustomer(), TestApp.newWamid()));
            info = fresh.get("/api/whatsapp/webhook").json();
            assertThat(info.at("/lastEvent/at").asText()).isNotEmpty();
            JsonNode health = assertAnswer(fresh.get("/api/whatsapp/health"), "health-get", 200);
            assertThat(health.at("/webhook/state").asText()).isEqualTo("receiving");
            assertThat(health.at("/conditions/1/state").asText()).isEqualTo("ok");

            fresh.database().sql("update webhook_sign set at = at - interval '2 days'").update();
            health = assertAnswer(fresh.get("/api/whatsapp/health"), "health-get", 200);
            assertThat(health.at("/webhook/state").asText()).isEqualTo("silent");
            assertThat(health.at("/conditions/1/state").asText()).isEqualTo("attention");
            assertThat(health.at("/conditions/1/text").asText()).isEqualTo("None since " + health.at("/webhook/lastEventAt").asText() + ".");
        }
    }

    @Test
    void what_the_webhook_has_seen_is_told_also_while_it_is_being_saved() throws Exception {
        try (TestApp fresh = TestApp.start(Map.of("whatsapp.db.lock-timeout", "60000")); Connection other = Inbox.connect(fresh)) {
            other.setAutoCommit(false);
            other.createStatement().execute("lock table webhook_sign in exclusive mode");
            fresh.webhook(Payloads.of("text", TestApp.newCustomer(), TestApp.newWamid()));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> fresh.database()
                    .sql("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                    .query(Long.class).single() > 0);

            CompletableFuture<TestApp.Answer> info = CompletableFuture.supplyAsync(() -> fresh.get("/api/whatsapp/webhook"));
            assertThatThrownBy(() -> info.get(1, TimeUnit.SECONDS)).as("it waits").isInstanceOf(TimeoutException.class);
            other.commit();
            assertThat(info.get(30, TimeUnit.SECONDS).json().at("/lastEvent/at").asText()).isNotEmpty();
        }
    }

    @Test
    void a_rotated_verify_token_is_shown_once_and_holds_at_once() {
        JsonNode rotated = assertAnswer(app.post("/api/whatsapp/webhook/verify-token", ""), "webhook-token-rotate", 200);
        String token = rotated.path("verifyToken").asText();
        assertThat(token).hasSize(48);
        String path = "/api/integrations/whatsapp/webhook?hub.mode=subscribe&hub.challenge=7&hub.verify_token=";
        assertThat(app.call("GET", path + token, (String) null, Map.of()).text()).isEqualTo("7");
        assertThat(app.call("GET", path + "mock-verify-token", (String) null, Map.of()).status()).isEqualTo(403);
        assertThat(app.get("/api/whatsapp/webhook").json().at("/verifyToken/last4").asText()).isEqualTo(token.substring(44));
        assertThat(app.get("/api/whatsapp/settings").text()).doesNotContain(token);
        assertAnswer(app.call("POST", "/api/whatsapp/webhook/verify-token", "", as(AGENT)), "webhook-token-rotate", 403);
        System.setProperty("whatsapp.verify-token", "fixed");
        try {
            assertThat(assertAnswer(app.post("/api/whatsapp/webhook/verify-token", ""), "webhook-token-rotate", 409).path("code").asText()).isEqualTo("setting-locked");
        } finally {
            System.clearProperty("whatsapp.verify-token");
            put("{\"changes\":{\"whatsapp.verify-token\":null}}");
        }
    }

    @Test
    void a_test_delivery_to_an_address_that_does_not_answer_says_so() {
        assertAnswer(put("{\"changes\":{\"whatsapp.public-url\":\"http://127.0.0.1:9\"}}"), "setting-change", 200);
        JsonNode test = assertAnswer(app.post("/api/whatsapp/webhook/test", ""), "webhook-test", 200);
        put("{\"changes\":{\"whatsapp.public-url\":null}}");
        assertThat(test.path("ok").asBoolean()).isFalse();
        assertThat(test.path("fault").asText()).isNotEmpty();
        assertThat(test.path("url").asText()).startsWith("http://127.0.0.1:9/");
    }
}
