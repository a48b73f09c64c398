package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of the scenarios has to do with the answer alone - refusals and waits -, with every call of the Graph API. */
class CallScenariosTest {

    private static final String NUMBER = "/v23.0/" + TestApp.NUMBER;
    private static final String ACCOUNT = "/v23.0/200000000000001";
    @AutoClose
    private static TestApp app;
    private static GraphApi graph;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("profile", "simulator"));        // nobody else calls
        graph = new GraphApi(app);
    }

    @AfterEach
    void end() {
        control("DELETE", "/scenarios", null);
    }

    private static Answer control(String method, String path, String json) {
        return app.call(method, "/mock/control" + path, json, Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "application/json"));
    }

    private static void choose(String json) {
        Answer answer = control("POST", "/scenarios", json);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    /** Method and path; what is sent is empty, so that it says whether the scenario was played before anything else was looked at. */
    private static Answer call(String operation, String scenario) {
        String[] parts = operation.replace("$NUMBER", NUMBER).replace("$ACCOUNT", ACCOUNT).replace("$APP", "/v23.0/300000000000001").split(" ");
        Map<String, String> headers = new HashMap<>(Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "application/json"));
        if (scenario != null) {
            headers.put("Simulator-Scenario", scenario);
        }
        return app.call(parts[0], "/mock/graph" + parts[1], parts[0].equals("POST") ? "{}" : null, headers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST $NUMBER/messages", "POST $NUMBER/media", "GET $NUMBER/whatsapp_business_profile", "POST $NUMBER/whatsapp_business_profile",
        "GET $NUMBER", "POST $NUMBER", "POST $NUMBER/register", "POST $NUMBER/deregister", "POST $NUMBER/request_code", "POST $NUMBER/verify_code",
        "GET $NUMBER/settings", "GET $NUMBER/block_users", "POST $NUMBER/block_users", "DELETE $NUMBER/block_users", "GET $NUMBER/message_history",
        "GET $ACCOUNT", "GET $ACCOUNT/phone_numbers", "POST $ACCOUNT/phone_numbers", "GET $ACCOUNT/subscribed_apps", "POST $ACCOUNT/subscribed_apps",
        "DELETE $ACCOUNT/subscribed_apps", "GET $ACCOUNT/message_templates", "POST $ACCOUNT/message_templates", "DELETE $ACCOUNT/message_templates",
        "GET /v23.0/debug_token", "GET $APP/subscriptions", "POST $APP/uploads", "POST /v23.0/upload:1", "GET /v23.0/1234567890123456",
        "DELETE /v23.0/1234567890123456", "GET /whatsapp_business/attachments/?mid=1234567890123456", "GET /oauth/access_token", "GET /v23.0/nobody/knows"})
    void every_call_is_refused_held_back_and_answered_by_a_gateway(String operation) {
        choose("{\"scenario\":\"error-190\",\"next\":1}");
        JsonNode refused = assertError(call(operation, null), 401, 190);
        assertThat(refused.path("error_subcode").asInt()).isEqualTo(463);
        assertThat(control("GET", "/scenarios", null).json().path("chosen")).as("played for the one call").isEmpty();

        assertError(call(operation, "error-80007"), 429, 80007);
        Answer page = call(operation, "not-json");
        assertThat(page.status()).isEqualTo(502);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.text()).startsWith("<html>");
        assertError(call(operation, "error-131016"), 500, 131016);

        choose("{\"scenario\":\"timeout\",\"options\":{\"hold\":200}}");
        long started = System.nanoTime();
        call(operation, null);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(190));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET $NUMBER", "POST $NUMBER/media", "GET $ACCOUNT/message_templates", "GET /v23.0/debug_token", "GET /v23.0/nobody/knows"})
    void a_scenario_that_there_is_not_is_refused_by_its_name(String operation) {
        assertThat(assertError(call(operation, "rain"), 400, 100).path("message").asText()).contains("'rain'");
    }

    @Test
    void the_first_two_calls_fail_and_the_third_goes_well() {
        choose("{\"scenario\":\"server-errors\"}");

        assertError(graph.get(NUMBER), 503, 2);
        assertError(graph.get(NUMBER + "/whatsapp_business_profile"), 503, 2);
        assertThat(graph.get(NUMBER).status()).isEqualTo(200);
        assertError(graph.get(ACCOUNT), 503, 2);
    }

    @Test
    void an_answer_that_is_late_is_one_to_what_was_done() {
        choose("{\"scenario\":\"timeout\",\"options\":{\"hold\":300}}");
        long started = System.nanoTime();
        assertThat(graph.call("POST", ACCOUNT, "{\"name\":\"Late Shop\"}").status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(290));
        control("DELETE", "/scenarios", null);

        assertThat(graph.get(ACCOUNT).json().path("name").asText()).isEqualTo("Late Shop");
    }

    @Test
    void one_operation_may_be_named_and_what_changes_callbacks_touches_messages_alone() {
        choose("{\"scenario\":\"error-131053\",\"options\":{\"on\":\"POST media\",\"fail\":null,\"refuse\":{\"code\":131053}}}");
        assertThat(graph.get(NUMBER).status()).isEqualTo(200);
        assertError(graph.upload("a", GraphApi.sample("picture.jpg"), "image/jpeg"), 400, 131053);

        choose("{\"scenario\":\"error-2\",\"options\":{\"on\":\"messages\"}}");
        assertThat(graph.get(NUMBER).status()).isEqualTo(200);
        assertError(graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}"), 500, 2);
        assertThat(control("POST", "/scenarios", "{\"scenario\":\"error-2\",\"options\":{\"on\":\"mondays\"}}").status()).isEqualTo(422);

        for (String scenario : new String[] {"duplicates", "account-restricted", "template-paused", "error-131047"}) {
            assertThat(call("GET $NUMBER", scenario).status()).as(scenario).isEqualTo(200);
        }
    }

    /** As Meta's published examples have it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "error-2 | 500 | GraphMethodException | - | true", "error-4 | 429 | OAuthException | 2446079 | true",
        "error-17 | 429 | OAuthException | 2446079 | true", "error-80007 | 429 | OAuthException | 2446079 | true",
        "error-100 | 400 | OAuthException | - | -", "error-104 | 401 | OAuthException | - | -", "error-190 | 401 | OAuthException | 463 | -",
        "error-200 | 403 | OAuthException | 1349174 | -", "error-803 | 404 | GraphMethodException | - | -",
        "error-33 | 400 | GraphMethodException | - | -", "error-130429 | 400 | OAuthException | 2494055 | -",
        "error-131031 | 403 | OAuthException | - | -"})
    void a_refusal_has_metas_envelope(String scenario, int status, String type, Integer subcode, Boolean passing) {
        JsonNode error = assertError(call("GET $NUMBER", scenario), status, Integer.parseInt(scenario.substring(6)));

        assertThat(error.path("type").asText()).isEqualTo(type);
        assertThat(error.path("error_subcode").isInt() ? error.path("error_subcode").asInt() : null).isEqualTo(subcode);
        assertThat(error.path("is_transient").isBoolean() ? error.path("is_transient").asBoolean() : null).isEqualTo(passing);
        boolean ofWhatsApp = error.path("code").asInt() > 130_000 || error.path("code").asInt() == 100;
        assertThat(error.has("error_data")).as("WhatsApp's details").isEqualTo(ofWhatsApp);
        assertThat(error.path("message").asText().startsWith("(#" + error.path("code").asInt() + ")")).isEqualTo(ofWhatsApp);
    }

    @Test
    void a_refusal_for_too_many_calls_says_in_the_headers_when_to_come_back() {
        JsonNode usage = Json.read(call("GET $NUMBER", "error-80007").header("x-business-use-case-usage")).at("/200000000000001/1");

        assertThat(usage.path("call_count").asInt()).isEqualTo(100);
        assertThat(usage.path("estimated_time_to_regain_access").asInt()).isBetween(1, 60);
        assertThat(Json.read(call("GET $NUMBER", null).header("x-business-use-case-usage")).at("/200000000000001/1/call_count").asInt()).isLessThan(100);
    }

    @Test
    void a_refusal_may_be_given_any_field_of_it() {
        choose("""
                {"scenario":"error-100","options":{"refuse":{"status":422,"type":"GraphMethodException","subcode":7,
                 "message":"Phone number is currently under review","user_title":"In review","user_msg":"Come back later"}}}""");

        JsonNode error = assertError(graph.get(NUMBER), 422, 100);

        assertThat(error.path("type").asText()).isEqualTo("GraphMethodException");
        assertThat(error.path("error_subcode").asInt()).isEqualTo(7);
        assertThat(error.path("message").asText()).isEqualTo("Phone number is currently under review");
        assertThat(error.path("error_user_title").asText()).isEqualTo("In review");
        assertThat(error.path("error_user_msg").asText()).isEqualTo("Come back later");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"refuse\":{\"status\":\"abc\"}} | options.refuse.status", "{\"refuse\":{\"status\":0}} | options.refuse.status",
        "{\"refuse\":{\"status\":200}} | options.refuse.status", "{\"refuse\":{\"status\":700}} | options.refuse.status",
        "{\"refuse\":503} | options.refuse", "{\"refuse\":{\"code\":\"x\"}} | options.refuse.code", "{\"fail\":true} | options.fail",
        "{\"fail\":{\"after\":\"sent\"}} | options.fail.after", "{\"answer\":\"held\"} | options.answer", "{\"hold\":-1} | options.hold",
        "{\"callbacks\":{\"order\":\"upwards\"}} | options.callbacks.order", "{\"oneOf\":[\"nothing\"]} | options.oneOf"})
    void an_option_that_could_not_be_played_is_refused_by_its_name(String options, String field) {
        Answer refused = control("POST", "/scenarios", "{\"scenario\":\"not-json\",\"options\":" + options + "}");

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.json().path("errors").findValuesAsText("field")).contains(field);
    }

    @Test
    void what_is_played_with_questions_about_files_is_not_with_those_about_templates() {
        assertThat(call("GET /v23.0/1200000000000006", "media-unavailable").json().path("name").asText()).isEqualTo("hello_world");
        String id = graph.call("POST", ACCOUNT + "/message_templates", "{\"name\":\"asked_about\",\"language\":\"en_US\",\"category\":\"UTILITY\","
                + "\"components\":[{\"type\":\"BODY\",\"text\":\"Hello\"}]}").json().path("id").asText();
        assertThat(call("GET /v23.0/" + id, "media-unavailable").status()).isEqualTo(200);
        String file = graph.upload("a", GraphApi.sample("picture.jpg"), "image/jpeg").json().path("id").asText();
        assertThat(call("GET /v23.0/" + file, "media-unavailable").status()).isEqualTo(503);
    }

    @Test
    void a_page_is_titled_by_its_status() {
        choose("{\"scenario\":\"not-json\",\"options\":{\"refuse\":{\"status\":504}}}");
        assertThat(graph.get(NUMBER).text()).contains("<title>504 Gateway Timeout</title>");
    }

    @Test
    void another_code_is_another_error_and_comes_as_often() {
        choose("{\"scenario\":\"server-errors\",\"options\":{\"refuse\":{\"code\":131009}}}");
        assertError(graph.get(NUMBER), 400, 131009);
        assertError(graph.get(NUMBER), 400, 131009);
        assertThat(graph.get(NUMBER).status()).isEqualTo(200);

        choose("{\"scenario\":\"expired-url\",\"options\":{\"on\":\"GET number\",\"refuse\":{\"code\":190}}}");
        JsonNode error = assertError(graph.get(NUMBER), 401, 190);
        assertThat(error.path("message").asText()).doesNotContain("URL of this media");
        assertThat(error.path("error_subcode").asInt()).isNotEqualTo(33);
    }
}
