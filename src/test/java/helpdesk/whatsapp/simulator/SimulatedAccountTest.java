package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be asked and changed of app, account and number. */
class SimulatedAccountTest {

    private static final String ACCOUNT = "/v23.0/200000000000001";
    private static final String NUMBER = "/v23.0/" + TestApp.NUMBER;
    private static final String APP = "/v23.0/300000000000001";
    private static final String OK = "{\"success\":true}";
    private static final Receiver RECEIVER = new Receiver();
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
        RECEIVER.close();
    }

    private static Answer post(String path, String json) {
        return graph.call("POST", path, json);
    }

    private static Answer asApp(String method, String path, String json) {
        return app.call(method, "/mock/graph" + path, json, Map.of("Authorization", "Bearer 300000000000001|mock-app-secret", "Content-Type", "application/json"));
    }

    /** JSON with this address and the token {@code v}. */
    private static String withAddress(String json, String url) {
        return json.replace("$URL", "\"" + url + "\",\"verify_token\":\"v\"");
    }

    @Test
    void the_account_is_subscribed_with_a_callback_of_its_own_and_unsubscribed() {
        String override = "{\"override_callback_uri\":$URL}";
        Answer subscribed = post(ACCOUNT + "/subscribed_apps", withAddress(override, RECEIVER.url()));
        assertThat(subscribed.json().path("success").asBoolean()).isTrue();
        assertThat(subscribed.json().at("/data/0/override_callback_uri").asText()).isEqualTo(RECEIVER.url());
        assertThat(RECEIVER.handshakes()).last().asString().endsWith("hub.verify_token=v");
        assertThat(overrides()).containsExactly(RECEIVER.url(), RECEIVER.url());
        assertThat(post(ACCOUNT + "/subscribed_apps", "{}").text()).isEqualTo(OK);
        assertThat(overrides()).containsExactly("", "");

        assertThat(graph.call("DELETE", ACCOUNT + "/subscribed_apps", null).text()).isEqualTo(OK);
        assertThat(graph.get(ACCOUNT + "/subscribed_apps").text()).isEqualTo("{\"data\":[]}");
        assertError(graph.call("DELETE", ACCOUNT + "/subscribed_apps", null), 404, 803);
        assertThat(post(ACCOUNT + "/subscribed_apps", null).text()).isEqualTo(OK);
        assertError(post(ACCOUNT + "/subscribed_apps", withAddress(override, "nowhere")), 400, 100);
        assertError(post(ACCOUNT + "/subscribed_apps", withAddress(override, RECEIVER.url() + "x".repeat(200))), 400, 100);
        assertError(post(ACCOUNT + "/subscribed_apps", "{\"override_callback_uri\":\"" + RECEIVER.url() + "\"}"), 400, 100);
    }

    /** Of the account, as {@code subscribed_apps} and the number tell it. */
    private static List<String> overrides() {
        return List.of(graph.get(ACCOUNT + "/subscribed_apps").json().at("/data/0/override_callback_uri").asText(""),
                graph.get(NUMBER + "?fields=webhook_configuration").json().at("/webhook_configuration/whatsapp_business_account").asText(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"account", "app", "number"})
    void an_address_that_does_not_answer_the_handshake_is_not_taken(String scope) {
        try (Receiver closed = new Receiver()) {
            closed.open(false);
            Answer refused = switch (scope) {
                case "account" -> post(ACCOUNT + "/subscribed_apps", withAddress("{\"override_callback_uri\":$URL}", closed.url()));
                case "app" -> asApp("POST", APP + "/subscriptions", withAddress("{\"object\":\"whatsapp_business_account\",\"callback_url\":$URL}", closed.url()));
                default -> post(NUMBER, withAddress("{\"webhook_configuration\":{\"override_callback_uri\":$URL}}", closed.url()));
            };
            assertThat(assertError(refused, 422, 100).at("/error_data/details").asText()).isEqualTo("HTTP 403");
            assertThat(closed.handshakes()).hasSize(1);
            assertThat(app.get("/mock/control/webhooks").text()).doesNotContain(closed.url());
        }
    }

    @Test
    void an_address_that_was_set_by_the_control_api_is_told_by_the_graph_api_until_it_is_named_again_or_the_account_mended() {
        for (String scope : List.of("account", "number", "app")) {
            control("/webhooks", "{\"scope\":\"" + scope + "\",\"url\":\"https://" + scope + ".example/hook\",\"verifyToken\":\"v\"}");
        }
        control("/account", "{\"tokenValid\":true}");
        assertThat(overrides()).containsOnly("https://account.example/hook");
        JsonNode number = graph.get(NUMBER + "?fields=webhook_configuration").json().path("webhook_configuration");
        assertThat(number.path("phone_number").asText()).isEqualTo("https://number.example/hook");
        assertThat(number.path("application").asText()).isEqualTo("https://app.example/hook");
        assertThat(asApp("GET", APP + "/subscriptions", null).json().at("/data/0/callback_url").asText()).isEqualTo("https://app.example/hook");

        control("/account", "{\"override\":\"https://other.example/hook\"}");
        assertThat(overrides()).containsOnly("https://other.example/hook");
        assertThat(app.database().sql("select verify_token from simulator_webhook where scope = 'account'").query(String.class).single())
                .as("that of the address before is not the new one's").isEmpty();
        control("/account", "{\"override\":null,\"callbackUrl\":null}");
        assertThat(app.get("/mock/control/webhooks").json().path("data").findValuesAsText("url")).containsExactly("https://number.example/hook");
        control("/account", "{}");
        assertThat(app.get("/mock/control/webhooks").json().path("data")).isEmpty();
        assertThat(overrides()).containsOnly("");
    }

    private static void control(String path, String json) {
        Answer answer = app.call("PUT", "/mock/control" + path, json, Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    @Test
    void the_app_subscribes_in_its_own_name() {
        String subscription = withAddress("{\"object\":\"whatsapp_business_account\",\"callback_url\":$URL,\"fields\":", RECEIVER.url());
        assertThat(asApp("GET", APP + "/subscriptions", null).json().at("/data/0/fields").findValuesAsText("name")).contains("messages", "flows");
        assertThat(asApp("POST", APP + "/subscriptions", subscription + "\"messages,calls\"}").text()).isEqualTo(OK);
        JsonNode one = asApp("GET", APP + "/subscriptions", null).json().at("/data/0");
        assertThat(one.path("callback_url").asText()).isEqualTo(RECEIVER.url());
        assertThat(one.path("fields").findValuesAsText("name")).containsExactly("messages", "calls");
        assertThat(asApp("DELETE", APP + "/subscriptions", null).text()).isEqualTo(OK);
        assertThat(asApp("GET", APP + "/subscriptions", null).text()).isEqualTo("{\"data\":[]}");
        assertThat(asApp("POST", APP + "/subscriptions", subscription + "[\"messages\"]}").text()).isEqualTo(OK);
        assertThat(app.get("/mock/control/webhooks").text()).contains(RECEIVER.url());
        assertThat(asApp("DELETE", APP + "/subscriptions", null).text()).isEqualTo(OK);
        assertThat(app.get("/mock/control/webhooks").text()).doesNotContain(RECEIVER.url());
        assertError(asApp("POST", APP + "/subscriptions", "{\"object\":\"page\"}"), 400, 100);
        assertError(asApp("POST", APP + "/subscriptions", "{\"object\":\"whatsapp_business_account\"}"), 400, 100);
        assertError(graph.get(APP + "/subscriptions"), 400, 190);
        assertError(asApp("GET", NUMBER, null), 401, 190);
        control("/account", "{}");
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{\"tokenExpiresAt\":1760000000}|463", "{\"tokenValid\":false}|467"})
    void a_token_that_does_not_hold_any_more_opens_nothing_and_says_so_of_itself(String state, int subcode) {
        try (TestApp other = TestApp.start(Map.of("profile", "simulator"))) {
            GraphApi api = new GraphApi(other);
            Map<String, String> control = Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "application/json");
            assertThat(other.call("PUT", "/mock/control/account", state, control).status()).isEqualTo(200);

            for (Answer refused : new Answer[] {api.get(NUMBER), api.get(ACCOUNT + "/message_templates"), api.call("POST", NUMBER + "/messages", "{}")}) {
                assertThat(assertError(refused, 401, 190).path("error_subcode").asInt()).isEqualTo(subcode);
                assertThat(refused.header("WWW-Authenticate")).contains("invalid_token");
            }
            JsonNode data = api.get("/v23.0/debug_token?input_token=" + GraphApi.TOKEN).json().path("data");
            assertThat(data.path("is_valid").asBoolean(true)).isFalse();
            assertThat(data.at("/error/subcode").asInt()).isEqualTo(subcode);

            other.call("PUT", "/mock/control/account", "{}", control);
            assertThat(api.get(NUMBER).status()).isEqualTo(200);
        }
    }

    @Test
    void a_number_is_as_well_as_what_it_needs() {
        JsonNode health = graph.get(NUMBER + "?fields=health_status").json().path("health_status");
        assertThat(health.path("can_send_message").asText()).isEqualTo("AVAILABLE");
        assertThat(health.path("entities").findValuesAsText("entity_type")).containsExactly("APP", "PHONE_NUMBER", "WABA", "BUSINESS");
        assertThat(health.path("entities").findValuesAsText("can_send_message")).containsOnly("AVAILABLE");

        assertThat(graph.call("DELETE", ACCOUNT + "/subscribed_apps", null).text()).isEqualTo(OK);
        JsonNode limited = graph.get(NUMBER + "?fields=health_status").json().path("health_status");
        assertThat(post(ACCOUNT + "/subscribed_apps", null).text()).isEqualTo(OK);

        assertThat(limited.path("can_send_message").asText()).isEqualTo("LIMITED");
        assertThat(limited.at("/entities/0/entity_type").asText()).isEqualTo("APP");
        assertThat(limited.at("/entities/0/can_send_message").asText()).isEqualTo("LIMITED");
        assertThat(limited.at("/entities/0/additional_info/0").asText()).contains("not subscribed to the message webhook");
        assertThat(limited.path("entities").findValuesAsText("can_send_message")).containsExactly("LIMITED", "AVAILABLE", "AVAILABLE", "AVAILABLE");
    }

    @Test
    void an_hour_has_so_many_calls_to_the_account_and_no_more() {
        try (TestApp other = TestApp.start(Map.of("profile", "simulator", "whatsapp.simulator.management-calls", "4"))) {
            GraphApi api = new GraphApi(other);
            assertUsage(api.get(ACCOUNT), "whatsapp_business_management", 25);
            Answer ofNumber = api.get(NUMBER);
            assertUsage(ofNumber, "whatsapp_business_management", 25);
            assertUsage(ofNumber, "whatsapp", 0);
            assertThat(Json.read(ofNumber.header("x-app-usage")).path("call_count").asInt()).isZero();
            Answer last = api.get(ACCOUNT + "/phone_numbers");
            for (int i = 0; i < 10 && last.status() == 200; i++) {       // an hour may end in between
                last = api.get(ACCOUNT + "/phone_numbers");
            }
            assertThat(assertError(last, 429, 80007).path("error_subcode").asInt()).isEqualTo(2446079);
            assertUsage(last, "whatsapp_business_management", 100);
            assertUsage(last, "whatsapp", 0);
            assertThat(Json.read(last.header("x-app-usage")).path("call_count").asInt()).isEqualTo(100);
            assertThat(api.get(NUMBER).status()).as("a message is no such call").isEqualTo(200);
        }
    }

    private static void assertUsage(Answer answer, String type, int percent) {
        JsonNode usages = Json.read(answer.header("x-business-use-case-usage")).path("200000000000001");
        assertThat(usages.findValuesAsText("type")).containsExactly("whatsapp_business_management", "whatsapp");
        JsonNode usage = usages.path(type.equals("whatsapp") ? 1 : 0);
        assertThat(usage.path("call_count").asInt()).isEqualTo(percent);
        assertThat(usage.path("estimated_time_to_regain_access").asInt()).isBetween(percent < 100 ? 0 : 1, percent < 100 ? 0 : 60);
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
        assertThat(graph.get(page.at("/paging/next").asText()).json().path("data")).hasSize(1);
        JsonNode second = listed(added.json().path("id").asText());
        assertThat(second.path("display_phone_number").asText()).isEqualTo("+16315551000");
        assertThat(second.path("verified_name").asText()).isEqualTo("Second");
        assertError(post(ACCOUNT + "/phone_numbers", "{\"cc\":\"1\",\"phone_number\":\"16315551000\",\"verified_name\":\"Again\"}"), 409, 100);
        assertError(post(ACCOUNT + "/phone_numbers", "{\"cc\":\"1\",\"phone_number\":\"home\",\"verified_name\":\"Again\"}"), 400, 100);
        assertError(post(ACCOUNT + "/phone_numbers", "{\"cc\":\"1\",\"phone_number\":\"6315551001\"}"), 400, 100);
    }

    @Test
    void an_added_number_is_looked_at_verified_registered_and_then_sends_as_itself() {
        String id = post(ACCOUNT + "/phone_numbers", "{\"cc\":\"44\",\"phone_number\":\"2071234567\",\"verified_name\":\"Third\"}").json().path("id").asText();
        String number = "/v23.0/" + id;
        String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+%s\",\"text\":{\"body\":\"a\"}}";
        String register = "{\"messaging_product\":\"whatsapp\",\"pin\":\"654321\"}";
        JsonNode added = graph.get(number + "?fields=status,verified_name,display_phone_number,code_verification_status,country_dial_code").json();
        assertThat(added.toString()).isEqualTo("{\"status\":\"PENDING\",\"verified_name\":\"Third\",\"display_phone_number\":\"+442071234567\","
                + "\"code_verification_status\":\"NOT_VERIFIED\",\"country_dial_code\":\"44\",\"id\":\"" + id + "\"}");
        assertError(post(number + "/messages", message.formatted(TestApp.newCustomer())), 400, 133010);
        assertError(post(number + "/register", register), 400, 133006);
        register(graph, number);
        for (JsonNode shown : List.of(graph.get(number + "?fields=status,id").json(), listed(id))) {
            assertThat(shown.path("id").asText()).isEqualTo(id);
            assertThat(shown.path("status").asText()).isEqualTo("CONNECTED");
        }

        assertError(post(number + "/messages", message.formatted("442071234567")), 400, 131021);
        Answer sent = post(number + "/messages", message.formatted(TestApp.newCustomer()));
        assertThat(sent.status()).as(sent.text()).isEqualTo(200);
        JsonNode metadata = awaitCallback(GraphApi.wamid(sent.json())).at("/body/entry/0/changes/0/value/metadata");
        assertThat(metadata.toString()).isEqualTo("{\"display_phone_number\":\"442071234567\",\"phone_number_id\":\"" + id + "\"}");
        assertThat(post(number + "/deregister", null).text()).isEqualTo(OK);
        assertThat(graph.get(number + "?fields=status").json().path("status").asText()).isEqualTo("DISCONNECTED");
        assertError(graph.get("/v23.0/199999999999999"), 400, 100);
    }

    /** Verifies a number that was added, and registers it. */
    private static void register(GraphApi api, String number) {
        for (String[] step : new String[][] {{"/request_code", "{\"code_method\":\"SMS\",\"language\":\"en_US\"}"}, {"/verify_code", "{\"code\":\"123456\"}"},
            {"/register", "{\"messaging_product\":\"whatsapp\",\"pin\":\"654321\"}"}}) {
            assertThat(api.call("POST", number + step[0], step[1]).text()).isEqualTo(OK);
        }
    }

    @Test
    void each_number_has_its_own_rates_and_free_messages_also_after_a_restart() {
        Map<String, String> same = new HashMap<>(Map.of("whatsapp.simulator.strict.pair", "true", "whatsapp.simulator.free-messages", "1"));
        String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+1555123000%d\",\"text\":{\"body\":\"a\"}}";
        String other;
        try (TestApp own = TestApp.start(same)) {
            for (String key : List.of("whatsapp.db.url", "whatsapp.db.user", "whatsapp.db.password", "whatsapp.data-dir")) {
                same.put(key, own.property(key));
            }
            GraphApi api = new GraphApi(own);
            other = "/v23.0/" + api.call("POST", ACCOUNT + "/phone_numbers", "{\"cc\":\"44\",\"phone_number\":\"2071234569\",\"verified_name\":\"Fifth\"}")
                    .json().path("id").asText();
            register(api, other);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> api.call("POST", NUMBER + "/messages", message.formatted(1)).status() == 400);
            assertThat(pricing(own, api.call("POST", other + "/messages", message.formatted(1)))).isEqualTo("free_customer_service");
            assertThat(pricing(own, api.call("POST", other + "/messages", message.formatted(2)))).isEqualTo("regular");
        }
        try (TestApp after = TestApp.start(same)) {
            GraphApi api = new GraphApi(after);
            assertError(api.call("POST", NUMBER + "/messages", message.formatted(1)), 400, 131056);
            assertThat(pricing(after, api.call("POST", other + "/messages", message.formatted(3)))).isEqualTo("regular");
        }
    }

    private static String pricing(TestApp of, Answer sent) {
        assertThat(sent.status()).as(sent.text()).isEqualTo(200);
        String query = callbacks(GraphApi.wamid(sent.json()));
        return Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> of.get(query).json().findValue("pricing"), Objects::nonNull).path("type").asText();
    }

    @Test
    void an_added_number_has_an_address_of_its_own() {
        String id = post(ACCOUNT + "/phone_numbers", "{\"cc\":\"44\",\"phone_number\":\"2071234570\",\"verified_name\":\"Sixth\"}").json().path("id").asText();
        register(graph, "/v23.0/" + id);
        String address = "{\"webhook_configuration\":{\"override_callback_uri\":$URL}}";
        assertThat(post("/v23.0/" + id, withAddress(address, RECEIVER.url())).text()).isEqualTo(OK);
        assertThat(graph.get("/v23.0/" + id + "?fields=webhook_configuration").json().at("/webhook_configuration/phone_number").asText()).isEqualTo(RECEIVER.url());
        assertThat(graph.get(NUMBER + "?fields=webhook_configuration").json().path("webhook_configuration").has("phone_number")).isFalse();

        String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}";
        assertThat(awaitCallback(GraphApi.wamid(post("/v23.0/" + id + "/messages", message).json())).path("url").asText()).isEqualTo(RECEIVER.url());
        assertThat(awaitCallback(GraphApi.wamid(post(NUMBER + "/messages", message).json())).path("url").asText()).isNotEqualTo(RECEIVER.url());
        assertThat(post("/v23.0/" + id, "{\"webhook_configuration\":{\"override_callback_uri\":\"\"}}").text()).isEqualTo(OK);
        assertThat(graph.get("/v23.0/" + id + "?fields=webhook_configuration").json().path("webhook_configuration").has("phone_number")).isFalse();
        assertError(post("/v23.0/" + id, withAddress(address, "http://127.0.0.1:1/hook")), 422, 100);
    }

    @Test
    void two_numbers_that_are_added_at_the_same_time_have_two_ids() {
        List<CompletableFuture<Answer>> added = IntStream.range(0, 8).mapToObj(i -> CompletableFuture.supplyAsync(() -> post(ACCOUNT + "/phone_numbers",
                "{\"cc\":\"49\",\"phone_number\":\"301234567" + i + "\",\"verified_name\":\"Many\"}"))).toList();
        assertThat(added.stream().map(CompletableFuture::join).map(answer -> answer.json().path("id").asText())).doesNotContain("").doesNotHaveDuplicates();
    }

    private static JsonNode listed(String id) {
        for (JsonNode number : graph.get(ACCOUNT + "/phone_numbers?fields=id,status,display_phone_number,verified_name&limit=100").json().path("data")) {
            if (number.path("id").asText().equals(id)) {
                return number;
            }
        }
        throw new AssertionError("The number is not listed.");
    }

    /** The first callback of this message in the journal. */
    private static JsonNode awaitCallback(String wamid) {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.get(callbacks(wamid)).json().at("/data/0"), JsonNode::isObject);
    }

    private static String callbacks(String wamid) {
        return "/mock/control/journal?kind=callback&wamid=" + URLEncoder.encode(wamid, StandardCharsets.UTF_8);
    }

    @Test
    void a_file_of_an_added_number_is_its_own() {
        String id = post(ACCOUNT + "/phone_numbers", "{\"cc\":\"44\",\"phone_number\":\"2071234568\",\"verified_name\":\"Fourth\"}").json().path("id").asText();
        Answer uploaded = app.call("POST", "/mock/graph/v23.0/" + id + "/media", "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b--\r\n",
                Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "multipart/form-data; boundary=b"));
        assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(200);
        String media = "/v23.0/" + uploaded.json().path("id").asText();
        assertThat(graph.get(media + "?phone_number_id=" + id).status()).isEqualTo(200);
        assertError(graph.get(media + "?phone_number_id=" + TestApp.NUMBER), 400, 100);
    }

    @Test
    void a_number_has_settings_a_callback_and_a_name() {
        assertThat(post(NUMBER, withAddress("{\"webhook_configuration\":{\"override_callback_uri\":$URL}}", RECEIVER.url())).text()).isEqualTo(OK);
        assertThat(graph.get(NUMBER + "?fields=webhook_configuration").json().at("/webhook_configuration/phone_number").asText()).isEqualTo(RECEIVER.url());
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
        assertThat(graph.get(NUMBER + "/block_users").json().path("data").findValuesAsText("wa_id")).contains(first, second);
        assertThat(graph.get(NUMBER + "/block_users").json().path("data").findValuesAsText("user_id")).containsExactly("US.1");
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
        assertThat(graph.get(path).json().at("/data/0/events/data").findValuesAsText("webhook_uri"))
                .containsOnly(app.url("/api/integrations/whatsapp/webhook"));
        JsonNode message = graph.get(path + "&fields=message_id,events%7Bdelivery_status%7D").json().at("/data/0");
        assertThat(message.path("message_id").asText()).isEqualTo(wamid);
        assertThat(message.at("/events/data/0").fieldNames()).toIterable().containsExactlyInAnyOrder("delivery_status", "id");
        assertThat(graph.get(NUMBER + "/message_history?limit=1").json().path("data")).hasSize(1);
        assertError(graph.get(NUMBER + "/message_history?message_id=none"), 400, 100);
        assertError(graph.get(NUMBER + "/message_history?message_id=wamid.AAAA"), 422, 100);
        assertError(graph.get(NUMBER + "/message_history?limit=101"), 400, 100);
    }

    @Test
    void the_history_tells_where_a_status_went_and_that_it_was_given_up() {
        control("/webhooks", "{\"scope\":\"number\",\"url\":\"" + RECEIVER.url() + "\"}");
        String elsewhere = graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"type\":\"audio\",\"audio\":"
                + "{\"link\":\"https://example.com/a.ogg\",\"voice\":true}}").json().at("/messages/0/id").asText();
        awaitHistory(elsewhere, "DELIVERED", RECEIVER.url());
        assertThat(RECEIVER.about(elsewhere)).as("played is called back, and no event of the history").hasSize(4);
        control("/account", "{\"subscribed\":false}");
        awaitHistory(graph.sendText("15551230001", "nobody"), "FAILED", "");
        control("/account", "{}");
    }

    private static void awaitHistory(String wamid, String state, String uri) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(app.database().sql("select count(*) from simulator_callback where message = ?").param(wamid).query(Long.class).single()).isZero();
            JsonNode events = graph.get(NUMBER + "/message_history?message_id=" + URLEncoder.encode(wamid, StandardCharsets.UTF_8)).json()
                    .at("/data/0/events/data");
            assertThat(events.findValuesAsText("delivery_status")).containsExactly("SENT", "DELIVERED", "READ");
            assertThat(events).allSatisfy(event -> {
                assertThat(event.path("webhook_update_state").asText()).isEqualTo(state);
                assertThat(event.path("webhook_uri").asText("")).isEqualTo(uri);
            });
        });
    }

    private static String session(int length, String type) {
        String session = post("/v23.0/app/uploads?file_length=" + length + "&file_type=" + type, null).json().path("id").asText();
        assertThat(session).startsWith("upload:");
        return session;
    }

    private static Answer part(String session, int offset, byte[] content) {
        return app.call("POST", "/mock/graph/v23.0/" + session, content, Map.of("Authorization", "OAuth " + GraphApi.TOKEN, "file_offset", String.valueOf(offset)));
    }

    private static int offset(String session) {
        return graph.get("/v23.0/" + session).json().path("file_offset").asInt(-1);
    }

    @Test
    void a_resumable_upload_is_taken_whole_or_in_parts_each_where_the_one_before_ended() throws Exception {
        byte[] picture = GraphApi.sample("picture.jpg");
        String whole = session(picture.length, "image/jpeg");
        assertThat(offset(whole)).isZero();
        assertThat(part(whole, 0, picture).json().path("h").asText()).startsWith("4::");
        assertThat(offset(whole)).isEqualTo(picture.length);

        String resumed = session(picture.length, "image/jpeg");
        assertThat(part(resumed, 0, Arrays.copyOf(picture, 700)).json().path("file_offset").asInt()).isEqualTo(700);
        assertThat(offset(resumed)).isEqualTo(700);
        assertError(part(resumed, 7, picture), 400, 100);
        assertError(part(resumed, 700, picture), 400, 100);
        assertThat(part(resumed, 0, Arrays.copyOf(picture, 900)).json().path("file_offset").asInt()).isEqualTo(900);      // begun anew
        String handle = part(resumed, 900, Arrays.copyOfRange(picture, 900, picture.length)).json().path("h").asText();
        assertThat(handle).startsWith("4::");
        assertThat(app.database().sql("select sha256 from simulator_media m join simulator_upload u on u.media = m.id where u.handle = ?").param(handle).query(String.class).single())
                .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(picture)));
        assertError(post("/v23.0/app/uploads?file_length=3&file_type=text/html", null), 400, 100);
        assertError(graph.call("DELETE", "/v23.0/" + whole, null), 400, 100);
        assertError(part("upload:nobodys", 0, picture), 400, 100);
    }

    private static Answer setPicture(byte[] content, String type) {
        String handle = part(session(content.length, type), 0, content).json().path("h").asText();
        return post(NUMBER + "/whatsapp_business_profile", "{\"messaging_product\":\"whatsapp\",\"profile_picture_handle\":\"" + handle + "\"}");
    }

    @Test
    void the_picture_of_the_profile_is_for_everybody_and_no_other_file_is() {
        byte[] picture = GraphApi.sample("picture.jpg");
        assertThat(setPicture(picture, "image/jpeg").text()).isEqualTo(OK);

        String url = graph.get(NUMBER + "/whatsapp_business_profile?fields=profile_picture_url").json().at("/data/0/profile_picture_url").asText();
        Answer seen = app.call("GET", url, (String) null, Map.of());
        assertThat(seen.status()).as(seen.text()).isEqualTo(200);
        assertThat(seen.bytes()).isEqualTo(picture);
        app.database().sql("update simulator_media set expires_at = now() where id = ?").param(url.replaceFirst(".*mid=(\\d+).*", "$1")).update();
        assertThat(app.call("GET", url, (String) null, Map.of()).status()).as("after the 30 days of other files").isEqualTo(200);
        String other = graph.upload("a.pdf", GraphApi.sample("invoice.pdf"), "application/pdf").json().path("id").asText();
        assertThat(assertError(app.call("GET", url.replaceFirst("mid=.*", "mid=" + other), (String) null, Map.of()), 400, 100).path("error_subcode").asInt())
                .isEqualTo(33);
        assertError(app.call("GET", url.replace("/pictures/", "/attachments/"), (String) null, Map.of()), 401, 104);
    }

    @Test
    void a_profile_takes_a_picture_of_at_least_192_pixels() throws Exception {
        ByteArrayOutputStream small = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(300, 191, BufferedImage.TYPE_INT_RGB), "png", small);

        assertThat(assertError(setPicture(small.toByteArray(), "image/png"), 422, 100).path("message").asText()).contains("192");
        assertError(setPicture(GraphApi.sample("invoice.pdf"), "application/pdf"), 422, 100);
        assertError(post(NUMBER + "/whatsapp_business_profile", "{\"messaging_product\":\"whatsapp\",\"profile_picture_handle\":\"4::nobodys\"}"), 422, 100);
    }
}
