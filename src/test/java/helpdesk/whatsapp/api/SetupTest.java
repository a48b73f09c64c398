package helpdesk.whatsapp.api;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.Journal;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way from an app at Meta to the first message: each step is checked by the Graph API, and what is broken is named, and only that. */
class SetupTest {

    private static final String AGENT = "token-of-an-agent";
    @AutoClose
    private static TestApp app;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.agent-token", AGENT));
    }

    private static Map<String, String> as(String token) {
        return Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json");
    }

    private static void account(String state) {
        TestApp.Answer answer = app.call("PUT", "/mock/control/account", state, as(TestApp.TOKEN));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static JsonNode check(String body) {
        return assertAnswer(app.post("/api/whatsapp/setup/check", body), "setup-check", 200);
    }

    private static List<String> failed(JsonNode setup) {
        List<String> failed = new ArrayList<>();
        setup.path("steps").forEach(step -> step.path("checks").forEach(check -> {
            if (check.path("state").asText().equals("failed")) {
                failed.add(step.path("step").asText() + "/" + check.path("check").asText());
                assertThat(check.path("mend").asText()).isNotEmpty();
            }
        }));
        return failed;
    }

    private static JsonNode step(JsonNode setup, String name) {
        for (JsonNode step : setup.path("steps")) {
            if (step.path("step").asText().equals(name)) {
                return step;
            }
        }
        throw new AssertionError("no step " + name);
    }

    @Test
    void the_whole_walk_passes_with_the_simulator_up_to_a_test_message_and_its_answer() {
        account("{}");
        assertThat(app.post("/api/whatsapp/webhook/test", "").status()).isEqualTo(200);
        assertThat(step(check("{}"), "webhook").path("state").asText()).isIn("waiting", "warning");
        assertThat(app.webhook(Payloads.of("text", TestApp.newCustomer(), TestApp.newWamid())).status()).isEqualTo(200);
        JsonNode setup = check("{}");
        assertThat(app.get("/api/whatsapp/webhook").json().path("lastHandshake").isNull()).as("a handshake of our own is no sign of Meta's").isTrue();
        assertThat(failed(setup)).isEmpty();
        assertThat(setup.path("next").asText()).isEqualTo("test-message");
        assertThat(step(setup, "webhook").path("state").asText()).as("the simulator reaches the address, Meta would not").isEqualTo("warning");
        for (String name : List.of("app", "number", "token", "subscription")) {
            assertThat(step(setup, name).path("state").asText()).as(name).isEqualTo("passed");
        }
        String customer = TestApp.newCustomer();
        setup = assertAnswer(app.post("/api/whatsapp/setup/test-message", "{\"to\":\"+" + customer + "\"}"), "setup-test-message", 200);
        assertThat(step(setup, "test-message").path("checks")).hasSize(3);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() ->
                step(app.get("/api/whatsapp/setup").json(), "test-message").at("/checks/1/state").asText().equals("passed"));
        app.call("POST", "/mock/control/inbound", "{\"from\":\"" + customer + "\",\"type\":\"text\",\"text\":\"It works\"}", as(TestApp.TOKEN));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.get("/api/whatsapp/setup").json().path("next").isNull());
        assertAnswer(app.get("/api/whatsapp/setup"), "setup-get", 200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"subscribed\":false}|subscription|subscription/app-subscribed,subscription/callback-in-force",
        "{\"override\":\"https://old.example/hook\"}|subscription|subscription/callback-in-force",
        "{\"tokenValid\":false}|token|token/token-valid", "{\"tokenExpiresAt\":1000}|token|token/token-valid,token/token-lasts",
        "{\"scopes\":[\"whatsapp_business_messaging\"]}|token|token/token-permissions",
        "{\"numberOfAccount\":false}|number|number/number-of-account", "{\"number\":{\"status\":\"DISCONNECTED\"}}|number|number/number-connected",
        "{\"appId\":\"999999\"}|app|app/app-id-fits", "{\"callbackUrl\":\"https://old.example/hook\"}|webhook|webhook/callback-registered",
        "{\"fields\":[\"calls\"]}|webhook|webhook/field-messages"})
    void what_is_broken_is_named_and_only_that(String state, String step, String checks) {
        account("{}");
        check("{}");
        account(state);
        assertThat(failed(check("{\"step\":\"" + step + "\"}"))).containsExactly(checks.split(","));
        account("{}");
        assertThat(failed(check("{\"step\":\"" + step + "\"}"))).as("mended").isEmpty();
    }

    @Test
    void a_name_in_review_is_a_note_and_no_fault() {
        account("{\"number\":{\"name_status\":\"PENDING_REVIEW\"}}");
        assertThat(step(check("{\"step\":\"number\"}"), "number").path("state").asText()).isEqualTo("warning");
        account("{}");
    }

    @Test
    void subscribing_mends_a_missing_subscription_and_an_override() {
        account("{\"subscribed\":false,\"override\":\"https://old.example/hook\"}");
        assertThat(failed(check("{\"step\":\"subscription\"}"))).isNotEmpty();
        for (int i = 0; i < 2; i++) {
            JsonNode setup = assertAnswer(app.post("/api/whatsapp/setup/subscribe", ""), "setup-subscribe", 200);
            assertThat(step(setup, "subscription").path("state").asText()).isEqualTo("passed");
        }
    }

    @Test
    void checks_are_kept_until_the_next_one() {
        account("{}");
        check("{\"step\":\"token\"}");
        JsonNode before = step(app.get("/api/whatsapp/setup").json(), "token");
        check("{\"step\":\"app\"}");
        assertThat(step(app.get("/api/whatsapp/setup").json(), "token")).isEqualTo(before);
    }

    @Test
    void a_wrong_request_is_refused_and_an_agent_reads_only() {
        assertAnswer(app.post("/api/whatsapp/setup/check", "{\"step\":\"coffee\"}"), "setup-check", 422);
        assertAnswer(app.post("/api/whatsapp/setup/test-message", "{\"to\":\"nobody\"}"), "setup-test-message", 422);
        assertAnswer(app.call("POST", "/api/whatsapp/setup/check", "{}", as(AGENT)), "setup-check", 403);
        assertAnswer(app.call("POST", "/api/whatsapp/setup/subscribe", "", as(AGENT)), "setup-subscribe", 403);
        assertThat(app.call("GET", "/api/whatsapp/setup", (String) null, as(AGENT)).status()).isEqualTo(200);
    }

    @Test
    void in_real_mode_the_same_checks_go_to_meta_and_a_silence_is_said_for_each() {
        try (GraphStub meta = new GraphStub(); TestApp real = TestApp.start(meta.realMode(Map.of()))) {
            meta.shut();
            JsonNode setup = assertAnswer(real.post("/api/whatsapp/setup/check", "{}"), "setup-check", 200);
            assertThat(setup.path("mode").asText()).isEqualTo("real");
            assertThat(step(setup, "token").at("/checks/0/evidence").asText()).contains("No answer");
            assertThat(step(setup, "webhook").at("/checks/1/state").asText()).as("the handshake needs no Meta").isEqualTo("passed");
            assertThat(assertAnswer(real.post("/api/whatsapp/setup/subscribe", ""), "setup-subscribe", 502).path("code").asText()).isEqualTo("graph-unreachable");
            assertThat(real.call("PUT", "/mock/control/account", "{}", as(TestApp.TOKEN)).status()).isEqualTo(404);
        }
    }

    @Test
    void tokens_and_secrets_are_not_in_the_journal() {
        check("{\"step\":\"app\"}");
        assertThat(Journal.of(app).toString()).contains("debug_token").doesNotContain("mock-access-token").doesNotContain("mock-app-secret");
    }

    @Test
    void figures_of_the_last_minutes_are_drawn_from_rows() {
        app.database().sql("""
                insert into health_minute (at, received, sent, failed, log_lag, outbox_age, media_pending)
                select date_trunc('minute', now()) - n * interval '1 minute', 1000 - n * 10, 2, 0, 1, n, 0 from generate_series(1, 400) as n
                on conflict do nothing""").update();
        JsonNode hour = assertAnswer(app.get("/api/whatsapp/health/history"), "health-history", 200).path("data");
        assertThat(hour.size()).isBetween(59, 61);
        assertThat(hour.path(20).path("received").asInt()).isEqualTo(10);
        assertThat(assertAnswer(app.get("/api/whatsapp/health/history?minutes=360"), "health-history", 200).path("data").size()).isBetween(150, 181);
        assertAnswer(app.get("/api/whatsapp/health/history?minutes=0"), "health-history", 400);
    }

    @Test
    void throttled_and_misconfigured_sending_are_told_apart() {
        long id = app.database().sql("insert into send_attempt (message_id, number, state, mode, base_url, code, finished_at)"
                + " values (-9, 1, 'retry', 'mock', 'x', 130429, now()) returning message_id").query(Long.class).single();
        assertThat(sending()).isEqualTo("throttled");
        app.database().sql("update send_attempt set state = 'failed', code = 190 where message_id = ?").param(id).update();
        assertThat(sending()).isEqualTo("misconfigured");
        app.database().sql("delete from send_attempt where message_id = ?").param(id).update();
        assertThat(sending()).isEqualTo("ok");
    }

    private static String sending() {
        for (JsonNode condition : assertAnswer(app.get("/api/whatsapp/health"), "health-get", 200).path("conditions")) {
            if (condition.path("part").asText().equals("sending")) {
                return condition.path("state").asText();
            }
        }
        throw new AssertionError("no condition of sending");
    }
}
