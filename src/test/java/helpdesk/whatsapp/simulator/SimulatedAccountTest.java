package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be asked and changed of app, account and number. */
class SimulatedAccountTest {

    private static final String ACCOUNT = "/v23.0/200000000000001";
    private static final String NUMBER = "/v23.0/" + TestApp.NUMBER;
    private static final String APP = "/v23.0/300000000000001";
    private static final String OK = "{\"success\":true}";
    private static TestApp app;
    private static GraphApi graph;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of());
        graph = new GraphApi(app);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private static Answer post(String path, String json) {
        return graph.call("POST", path, json);
    }

    private static Answer asApp(String method, String path, String json) {
        return app.call(method, "/mock/graph" + path, json, Map.of("Authorization", "Bearer 300000000000001|mock-app-secret", "Content-Type", "application/json"));
    }

    @Test
    void the_account_is_subscribed_with_a_callback_of_its_own_and_unsubscribed() {
        Answer subscribed = post(ACCOUNT + "/subscribed_apps", "{\"override_callback_uri\":\"https://shop.example/hook\",\"verify_token\":\"v\"}");
        assertThat(subscribed.json().path("success").asBoolean()).isTrue();
        assertThat(subscribed.json().at("/data/0/override_callback_uri").asText()).isEqualTo("https://shop.example/hook");
        assertThat(graph.get(ACCOUNT + "/subscribed_apps").json().at("/data/0/override_callback_uri").asText()).isEqualTo("https://shop.example/hook");
        assertThat(app.database().sql("select state ->> 'verifyToken' from simulator_account").query(String.class).single()).isEqualTo("v");
        assertThat(graph.get(NUMBER + "?fields=webhook_configuration").json().at("/webhook_configuration/whatsapp_business_account").asText())
                .isEqualTo("https://shop.example/hook");
        assertThat(post(ACCOUNT + "/subscribed_apps", "{}").text()).isEqualTo(OK);
        assertThat(graph.get(ACCOUNT + "/subscribed_apps").json().path("data").path(0).has("override_callback_uri")).isFalse();

        assertThat(graph.call("DELETE", ACCOUNT + "/subscribed_apps", null).text()).isEqualTo(OK);
        assertThat(graph.get(ACCOUNT + "/subscribed_apps").text()).isEqualTo("{\"data\":[]}");
        assertError(graph.call("DELETE", ACCOUNT + "/subscribed_apps", null), 404, 803);
        assertThat(post(ACCOUNT + "/subscribed_apps", null).text()).isEqualTo(OK);
        assertError(post(ACCOUNT + "/subscribed_apps", "{\"override_callback_uri\":\"nowhere\",\"verify_token\":\"v\"}"), 400, 100);
        assertError(post(ACCOUNT + "/subscribed_apps", "{\"override_callback_uri\":\"https://shop.example/" + "x".repeat(200) + "\",\"verify_token\":\"v\"}"), 400, 100);
        assertError(post(ACCOUNT + "/subscribed_apps", "{\"override_callback_uri\":\"https://shop.example/hook\"}"), 400, 100);
    }

    @Test
    void the_app_subscribes_in_its_own_name() {
        assertThat(asApp("POST", APP + "/subscriptions", "{\"object\":\"whatsapp_business_account\",\"callback_url\":\"https://shop.example/app\",\"verify_token\":\"v\","
                + "\"fields\":\"messages,calls\"}").text()).isEqualTo(OK);
        JsonNode one = asApp("GET", APP + "/subscriptions", null).json().at("/data/0");
        assertThat(one.path("callback_url").asText()).isEqualTo("https://shop.example/app");
        assertThat(one.path("fields").findValuesAsText("name")).containsExactly("messages", "calls");
        assertThat(asApp("DELETE", APP + "/subscriptions", null).text()).isEqualTo(OK);
        assertThat(asApp("GET", APP + "/subscriptions", null).text()).isEqualTo("{\"data\":[]}");
        assertThat(asApp("POST", APP + "/subscriptions", "{\"object\":\"whatsapp_business_account\",\"callback_url\":\"https://shop.example/app\",\"verify_token\":\"v\","
                + "\"fields\":[\"messages\"]}").text()).isEqualTo(OK);
        assertThat(app.get("/mock/control/webhooks").text()).contains("https://shop.example/app");
        assertThat(asApp("DELETE", APP + "/subscriptions", null).text()).isEqualTo(OK);
        assertThat(app.get("/mock/control/webhooks").text()).doesNotContain("shop.example/app");
        assertError(asApp("POST", APP + "/subscriptions", "{\"object\":\"page\"}"), 400, 100);
        assertError(asApp("POST", APP + "/subscriptions", "{\"object\":\"whatsapp_business_account\"}"), 400, 100);
        assertError(graph.get(APP + "/subscriptions"), 400, 190);
        assertError(asApp("GET", NUMBER, null), 401, 190);
    }

    @Test
    void a_token_is_looked_into() {
        JsonNode data = graph.get("/v23.0/debug_token?input_token=" + GraphApi.TOKEN).json().path("data");
        assertThat(data.path("is_valid").asBoolean()).isTrue();
        assertThat(data.path("type").asText()).isEqualTo("SYSTEM_USER");
        assertThat(data.at("/granular_scopes/0/target_ids/0").asText()).isEqualTo("200000000000001");
        assertThat(asApp("GET", "/debug_token?input_token=other", null).json().at("/data/is_valid").asBoolean(true)).isFalse();
        assertError(graph.get("/v23.0/debug_token"), 400, 100);
    }

    @Test
    void the_account_is_renamed() {
        assertThat(post(ACCOUNT, "{\"name\":\"Other Shop\"}").text()).isEqualTo(OK);
        assertThat(post(ACCOUNT, "{\"timezone_id\":\"2\"}").text()).isEqualTo(OK);
        JsonNode account = graph.get(ACCOUNT).json();
        assertThat(account.path("name").asText()).isEqualTo("Other Shop");
        assertThat(account.path("timezone_id").asText()).isEqualTo("2");
        assertThat(assertError(post(ACCOUNT, "{\"name\":\"\"}"), 400, 100).path("message").asText()).contains("name");
        assertError(post(ACCOUNT, "{\"timezone_id\":\"noon\"}"), 400, 100);
        assertError(post(ACCOUNT, "{}"), 400, 100);
    }

    @Test
    void a_number_is_added_to_the_account() {
        Answer added = post(ACCOUNT + "/phone_numbers", "{\"cc\":\"1\",\"phone_number\":\"6315551000\",\"verified_name\":\"Second\"}");
        assertThat(added.status()).as(added.text()).isEqualTo(200);
        JsonNode page = graph.get(ACCOUNT + "/phone_numbers?limit=1").json();
        assertThat(page.at("/data/0/id").asText()).isEqualTo(TestApp.NUMBER);
        JsonNode second = graph.get(page.at("/paging/next").asText()).json();
        assertThat(second.at("/data/0/id").asText()).isEqualTo(added.json().path("id").asText());
        assertThat(second.at("/data/0/display_phone_number").asText()).isEqualTo("+16315551000");
        assertThat(second.at("/data/0/verified_name").asText()).isEqualTo("Second");
        assertError(post(ACCOUNT + "/phone_numbers", "{\"cc\":\"1\",\"phone_number\":\"16315551000\",\"verified_name\":\"Again\"}"), 409, 100);
        assertError(post(ACCOUNT + "/phone_numbers", "{\"cc\":\"1\",\"phone_number\":\"home\",\"verified_name\":\"Again\"}"), 400, 100);
        assertError(post(ACCOUNT + "/phone_numbers", "{\"cc\":\"1\",\"phone_number\":\"6315551001\"}"), 400, 100);
    }

    @Test
    void a_number_has_settings_a_callback_and_a_name() {
        assertThat(post(NUMBER, "{\"webhook_configuration\":{\"override_callback_uri\":\"https://shop.example/number\",\"verify_token\":\"v\"}}").text()).isEqualTo(OK);
        assertThat(graph.get(NUMBER + "?fields=webhook_configuration").json().at("/webhook_configuration/phone_number").asText()).isEqualTo("https://shop.example/number");
        assertThat(post(NUMBER, "{\"webhook_configuration\":{\"override_callback_uri\":\"\"}}").text()).isEqualTo(OK);
        assertThat(graph.get(NUMBER + "?fields=webhook_configuration").json().path("webhook_configuration").has("phone_number")).isFalse();
        assertThat(post(NUMBER, "{\"username\":\"example.shop\",\"new_display_name\":\"Shop\",\"search_visibility\":\"HIDDEN\"}").text()).isEqualTo(OK);
        assertThat(graph.get(NUMBER + "?fields=username,search_visibility").json().path("username").asText()).isEqualTo("example.shop");
        assertThat(post(NUMBER + "/settings", "{\"calling\":{\"status\":\"enabled\"},\"storage_configuration\":{\"enabled\":true,\"region\":\"us\"}}").text()).isEqualTo(OK);
        JsonNode settings = graph.get(NUMBER + "/settings").json();
        assertThat(settings.at("/calling/status").asText()).isEqualTo("enabled");
        assertThat(settings.at("/storage_configuration/data_localization_region").asText()).isEqualTo("us");
        assertError(post(NUMBER + "/settings", "{\"colour\":{\"a\":1}}"), 400, 100);
        for (String wrong : new String[] {"{}", "{\"username\":\"www.Shop\"}", "{\"pin\":\"12\"}", "{\"webhook_configuration\":{\"override_callback_uri\":\"x\",\"verify_token\":\"v\"}}",
            "{\"webhook_configuration\":{\"override_callback_uri\":\"https://shop.example\"}}"}) {
            assertError(post(NUMBER, wrong), 400, 100);
        }
    }

    @Test
    void a_number_that_is_not_registered_does_not_send() {
        String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}";
        String register = "{\"messaging_product\":\"whatsapp\",\"pin\":\"%s\"}";
        assertThat(post(NUMBER, "{\"pin\":\"654321\"}").text()).isEqualTo(OK);
        assertThat(graph.get(NUMBER + "?fields=is_pin_enabled").json().path("is_pin_enabled").asBoolean()).isTrue();
        assertThat(post(NUMBER + "/deregister", null).text()).isEqualTo(OK);
        assertThat(graph.get(NUMBER + "?fields=status").json().path("status").asText()).isEqualTo("DISCONNECTED");
        assertError(graph.send(message), 400, 133010);
        assertThat(assertError(post(NUMBER + "/register", register.formatted("12")), 400, 100).path("message").asText()).contains("6 digits");
        assertError(post(NUMBER + "/register", "{\"pin\":\"654321\"}"), 400, 100);
        assertError(post(NUMBER + "/register", register.formatted("111111")), 400, 133005);
        assertThat(post(NUMBER + "/register", register.formatted("654321")).text()).isEqualTo(OK);
        assertThat(graph.send(message).status()).isEqualTo(200);
        Answer answer = post(NUMBER + "/register", register.formatted("654321"));
        for (int i = 0; i < 12 && answer.status() == 200; i++) {
            answer = post(NUMBER + "/register", register.formatted("654321"));
        }
        assertError(answer, 400, 133016);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"code_method\":\"PIGEON\",\"language\":\"en\"}|100", "{\"code_method\":\"SMS\",\"language\":\"English\"}|136024"})
    void a_code_is_asked_for_in_a_way_that_there_is(String body, int code) {
        assertError(post(NUMBER + "/request_code", body), 400, code);
    }

    @Test
    void a_code_that_was_asked_for_verifies_the_number() {
        assertError(post(NUMBER + "/verify_code", "{\"code\":\"123456\"}"), 400, 136025);
        assertThat(post(NUMBER + "/request_code", "{\"code_method\":\"SMS\",\"language\":\"en_US\"}").text()).isEqualTo(OK);
        assertError(post(NUMBER + "/verify_code", "{\"code\":\"000000\"}"), 400, 136025);
        assertError(post(NUMBER + "/verify_code", "{}"), 400, 100);
        assertThat(post(NUMBER + "/verify_code", "{\"code\":\"123-456\"}").text()).isEqualTo(OK);
    }

    @Test
    void customers_are_blocked_listed_and_unblocked() {
        String first = TestApp.newCustomer();
        String second = TestApp.newCustomer();
        String both = "{\"messaging_product\":\"whatsapp\",\"block_users\":[{\"user\":\"+" + first + "\"},{\"user\":\"" + second + "\"},{\"user_id\":\"US.1\"}]}";
        JsonNode added = post(NUMBER + "/block_users", both).json();
        assertThat(added.at("/block_users/added_users/0").toString()).isEqualTo("{\"input\":\"+" + first + "\",\"wa_id\":\"" + first + "\"}");
        assertThat(added.at("/block_users/added_users/2").toString()).isEqualTo("{\"input\":\"US.1\",\"user_id\":\"US.1\"}");
        assertThat(graph.get(NUMBER + "/block_users").json().path("data").findValuesAsText("wa_id")).contains(first, second, "US.1");
        assertThat(graph.get(NUMBER + "/block_users?limit=1").json().path("data")).hasSize(1);
        assertThat(graph.call("DELETE", NUMBER + "/block_users", both).json().at("/block_users/removed_users")).hasSize(3);
        assertThat(graph.get(NUMBER + "/block_users").json().path("data")).isEmpty();
        assertError(post(NUMBER + "/block_users", "{\"messaging_product\":\"whatsapp\",\"block_users\":[]}"), 400, 100);
        assertError(post(NUMBER + "/block_users", "{\"messaging_product\":\"whatsapp\",\"block_users\":[{\"user\":\"Bob\"}]}"), 400, 100);
        assertError(post(NUMBER + "/block_users", "{\"block_users\":[{\"user\":\"+" + first + "\"}]}"), 400, 100);
    }

    @Test
    void the_history_tells_the_statuses_of_a_message_and_whether_they_reached_the_webhook() {
        String wamid = graph.sendText(TestApp.newCustomer(), "history");
        String path = NUMBER + "/message_history?message_id=" + wamid.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D");
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonNode events = graph.get(path).json().at("/data/0/events/data");
            assertThat(events.findValuesAsText("delivery_status")).containsExactly("SENT", "DELIVERED", "READ");
            assertThat(events.findValuesAsText("webhook_update_state")).containsOnly("DELIVERED");
            assertThat(events.path(0).path("timestamp").isIntegralNumber()).isTrue();
        });
        JsonNode message = graph.get(path + "&fields=message_id,events%7Bdelivery_status%7D").json().at("/data/0");
        assertThat(message.path("message_id").asText()).isEqualTo(wamid);
        assertThat(message.at("/events/data/0").fieldNames()).toIterable().containsExactlyInAnyOrder("delivery_status", "id");
        assertThat(graph.get(NUMBER + "/message_history?limit=1").json().path("data")).hasSize(1);
        assertError(graph.get(NUMBER + "/message_history?message_id=none"), 400, 100);
        assertError(graph.get(NUMBER + "/message_history?message_id=wamid.AAAA"), 422, 100);
        assertError(graph.get(NUMBER + "/message_history?limit=101"), 400, 100);
    }

    @Test
    void a_resumable_upload_is_taken_whole_and_from_its_beginning() {
        byte[] picture = GraphApi.sample("picture.jpg");
        String session = post("/v23.0/app/uploads?file_length=" + picture.length + "&file_type=image/jpeg", null).json().path("id").asText();
        assertThat(session).startsWith("upload:");
        assertThat(graph.get("/v23.0/" + session).json().path("file_offset").asInt()).isZero();
        Map<String, String> late = Map.of("Authorization", "OAuth " + GraphApi.TOKEN, "file_offset", "7");
        assertError(app.call("POST", "/mock/graph/v23.0/" + session, picture, late), 400, 100);
        Map<String, String> whole = Map.of("Authorization", "OAuth " + GraphApi.TOKEN, "file_offset", "0");
        assertThat(app.call("POST", "/mock/graph/v23.0/" + session, picture, whole).json().path("h").asText()).startsWith("4::");
        assertThat(graph.get("/v23.0/" + session).json().path("file_offset").asInt()).isEqualTo(picture.length);
        assertError(post("/v23.0/app/uploads?file_length=3&file_type=text/html", null), 400, 100);
        assertError(graph.call("DELETE", "/v23.0/" + session, null), 400, 100);
    }
}
