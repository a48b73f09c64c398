package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
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

/** Message templates: made, looked at, approved or rejected with a webhook, sent, changed, deleted. */
class SimulatedTemplatesTest {

    private static final String TEMPLATES = "/v23.0/200000000000001/message_templates";
    private static final String WELCOME = """
            {"name":"%s","language":"en_US","category":"utility","components":[
            {"type":"header","format":"TEXT","text":"Hello {{1}}","example":{"header_text":["Ana"]}},
            {"type":"BODY","text":"Welcome {{1}}, here is {{2}}.","example":{"body_text":[["Ana","tea"]]}},
            {"type":"FOOTER","text":"Example Shop"},
            {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Thanks"},{"type":"PHONE_NUMBER","text":"Call","phone_number":"15550783881"}]}]}""";
    private static final Receiver RECEIVER = new Receiver();
    private static TestApp app;
    private static GraphApi graph;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.template-approval-ms", "100"));
        graph = new GraphApi(app);
    }

    @AfterAll
    static void stop() {
        app.close();
        RECEIVER.close();
    }

    private static JsonNode awaitDecision(String name) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50)).until(() -> !RECEIVER.about("\"" + name + "\"").isEmpty());
        return RECEIVER.about("\"" + name + "\"").get(0).value();
    }

    @Test
    void a_new_template_is_pending_then_approved_with_a_webhook_and_can_be_sent() {
        Answer created = graph.call("POST", TEMPLATES, WELCOME.formatted("welcome_a"));

        assertThat(created.status()).as(created.text()).isEqualTo(200);
        assertThat(created.json().path("status").asText()).isEqualTo("PENDING");
        assertThat(created.json().path("category").asText()).isEqualTo("UTILITY");
        String id = created.json().path("id").asText();
        JsonNode value = awaitDecision("welcome_a");
        assertThat(value.path("event").asText()).isEqualTo("APPROVED");
        assertThat(value.path("message_template_id").asText()).isEqualTo(id);
        assertThat(value.path("reason").asText()).isEqualTo("NONE");
        JsonNode post = Json.read(RECEIVER.about("\"welcome_a\"").get(0).body());
        assertThat(post.at("/entry/0/changes/0/field").asText()).isEqualTo("message_template_status_update");
        assertThat(post.at("/entry/0/time").isIntegralNumber()).isTrue();
        JsonNode shown = graph.get("/v23.0/" + id).json();
        assertThat(shown.path("status").asText()).isEqualTo("APPROVED");
        assertThat(shown.at("/components/0/type").asText()).isEqualTo("HEADER");
        assertThat(graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"type\":\"template\",\"template\":{\"name\":\"welcome_a\",\"language\":{\"code\":\"en_US\"},"
                + "\"components\":[{\"type\":\"header\",\"parameters\":[{\"type\":\"text\",\"text\":\"A\"}]},{\"type\":\"body\",\"parameters\":"
                + "[{\"type\":\"text\",\"text\":\"A\"},{\"type\":\"text\",\"text\":\"B\"}]}]}}").status()).isEqualTo(200);
    }

    /** As Meta's published examples make it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"code_to_copy | \"otp_type\":\"COPY_CODE\"",
        "code_by_a_tap | \"autofill_text\":\"Autofill\",\"otp_type\":\"ONE_TAP\",\"package_name\":\"com.example.luckyshrub\",\"signature_hash\":\"K8a%2FAINcGX7\""})
    void a_template_made_as_meta_says_brings_a_code_to_a_phone_number(String name, String button) {
        String wanted = """
                {"category":"AUTHENTICATION","components":[{"add_security_recommendation":true,"type":"BODY"},{"code_expiration_minutes":10,"type":"FOOTER"},
                {"buttons":[{%s,"text":"Copy Code","type":"OTP"}],"type":"BUTTONS"}],"language":"en_US","name":"%s"}""".formatted(button, name);
        String id = graph.call("POST", TEMPLATES, wanted).json().path("id").asText();
        assertThat(awaitDecision(name).path("event").asText()).isEqualTo("APPROVED");

        JsonNode shown = graph.get("/v23.0/" + id).json();
        assertThat(shown.at("/components/0/text").asText()).isEqualTo("*{{1}}* is your verification code. For your security, do not share this code.");
        assertThat(shown.at("/components/1/text").asText()).isEqualTo("This code expires in 10 minutes.");
        String content = "\"type\":\"template\",\"template\":{\"name\":\"" + name + "\",\"language\":{\"code\":\"en_US\"},\"components\":[%s"
                + "{\"type\":\"button\",\"sub_type\":\"url\",\"index\":\"0\",\"parameters\":[{\"type\":\"text\",\"text\":\"J$FpnYnP\"}]}]}";
        String whole = content.formatted("{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"J$FpnYnP\"}]},");
        String message = "{\"messaging_product\":\"whatsapp\",\"%s\":\"%s\",%s}";
        assertError(graph.send(message.formatted("recipient", "US.131062", whole)), 400, 131062);
        assertError(graph.send(message.formatted("to", "+15551230001", content.formatted(""))), 400, 132000);
        Answer sent = graph.send(message.formatted("to", "+15551230001", whole));
        assertThat(sent.status()).as(sent.text()).isEqualTo(200);
        String wamid = GraphApi.wamid(sent.json());
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !RECEIVER.about(wamid).isEmpty());
        assertThat(RECEIVER.about(wamid).get(0).status().at("/pricing/category").asText()).isEqualTo("authentication");
    }

    @Test
    void a_template_that_becomes_one_for_codes_says_what_meta_says() {
        String id = graph.call("POST", TEMPLATES, WELCOME.formatted("turned_to_codes")).json().path("id").asText();

        assertThat(graph.call("POST", "/v23.0/" + id, "{\"category\":\"authentication\",\"components\":[{\"type\":\"body\"}]}").status()).isEqualTo(200);

        JsonNode shown = graph.get("/v23.0/" + id).json();
        assertThat(shown.path("category").asText()).isEqualTo("AUTHENTICATION");
        assertThat(shown.at("/components/0/text").asText()).isEqualTo("*{{1}}* is your verification code.");
    }

    @Test
    void a_template_may_be_rejected_changed_and_deleted() {
        String id = graph.call("POST", TEMPLATES, WELCOME.formatted("welcome_b_rejected")).json().path("id").asText();
        JsonNode value = awaitDecision("welcome_b_rejected");
        assertThat(value.path("event").asText()).isEqualTo("REJECTED");
        assertThat(value.path("reason").asText()).isEqualTo("INVALID_FORMAT");
        assertThat(graph.get("/v23.0/" + id + "?fields=status,rejected_reason").json().path("rejected_reason").asText()).isEqualTo("INVALID_FORMAT");

        assertThat(graph.call("POST", "/v23.0/" + id, "{\"components\":[{\"type\":\"BODY\",\"text\":\"Plain\"}]}").text()).isEqualTo("{\"success\":true}");
        assertThat(graph.get("/v23.0/" + id).json().path("components").toString()).contains("Plain").doesNotContain("HEADER");
        assertError(graph.call("POST", "/v23.0/" + id, "{}"), 400, 100);
        assertError(graph.call("POST", "/v23.0/" + id, "{\"components\":[{\"type\":\"BODY\",\"text\":\"\"}]}"), 400, 100);

        assertThat(graph.call("DELETE", TEMPLATES + "?name=welcome_b_rejected", null).text()).isEqualTo("{\"success\":true}");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> RECEIVER.about("\"welcome_b_rejected\"").stream()
                .anyMatch(post -> post.value().path("event").asText().equals("PENDING_DELETION") && post.value().path("message_template_id").asText().equals(id)));
        assertThat(assertError(graph.call("DELETE", TEMPLATES + "?name=welcome_b_rejected", null), 400, 100).path("error_subcode").asInt()).isEqualTo(2593002);
        assertError(graph.get("/v23.0/" + id), 400, 100);
        assertError(graph.call("DELETE", TEMPLATES, null), 400, 100);
    }

    @Test
    void one_language_is_deleted_by_its_id() {
        String english = graph.call("POST", TEMPLATES, WELCOME.formatted("welcome_c")).json().path("id").asText();
        assertThat(graph.call("POST", TEMPLATES, WELCOME.formatted("welcome_c").replace("en_US", "de")).status()).isEqualTo(200);
        JsonNode error = assertError(graph.call("POST", TEMPLATES, WELCOME.formatted("welcome_c")), 400, 100);
        assertThat(error.path("error_subcode").asInt()).isEqualTo(2388024);
        assertThat(error.path("error_user_title").asText()).isNotBlank();

        assertThat(graph.call("DELETE", TEMPLATES + "?name=welcome_c&hsm_id=" + english, null).status()).isEqualTo(200);
        assertThat(graph.get(TEMPLATES + "?name=welcome_c").json().path("data")).hasSize(1);
        assertThat(graph.get(TEMPLATES + "?name=welcome_c").json().at("/data/0/language").asText()).isEqualTo("de");
    }

    @Test
    void templates_are_filtered() {
        assertThat(graph.get(TEMPLATES + "?status=PAUSED&limit=100").json().path("data")).isNotEmpty()
                .allSatisfy(template -> assertThat(template.path("status").asText()).isEqualTo("PAUSED"));
        assertThat(graph.get(TEMPLATES + "?status=%5B%22paused%22,%22disabled%22%5D").json().path("data")).hasSize(2);
        assertThat(graph.get(TEMPLATES + "?language=es").json().path("data")).hasSize(1);
        assertThat(graph.get(TEMPLATES + "?content=coffee").json().at("/data/0/name").asText()).isEqualTo("winter_offers");
        assertThat(graph.get(TEMPLATES + "?name=order").json().at("/data/0").fieldNames()).toIterable()
                .containsExactlyInAnyOrder("name", "components", "language", "status", "category", "id");
        assertThat(graph.get(TEMPLATES + "?category=NONE").text()).isEqualTo("{\"data\":[]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"/name | \"Big\" | 0", "/name | \"\" | 0", "/language | \"English\" | 0", "/category | \"FUN\" | 0",
        "/components | [] | 0", "/components | [{\"type\":\"FOOTER\",\"text\":\"a\"}] | 2388072", "/components/1/text | \"\" | 2388072",
        "/components/1/text | \"{{1}} and {{2}}.\" | 2388299", "/components/1/text | \"Only {{1}}.\" | 2388043", "/components/1/example | {} | 2388043",
        "/components/1/text | x*1025 | 2388040", "/components/0/text | x*61 | 2388040", "/components/0/example | {} | 2388043",
        "/components/0/format | \"SOUND\" | 2388047", "/components/0/text | \"{{1}} {{2}}\" | 2388047", "/components/0/format | \"IMAGE\" | 2388043",
        "/components/2/text | x*61 | 2388040", "/components/2/text | \"{{1}}\" | 2388073", "/components/2/text | \"\" | 2388073",
        "/components/3/buttons/0/text | x*26 | 2388040", "/components/3/buttons | [] | 0", "/components/3/buttons/1/phone_number | \"home\" | 0",
        "/components/3/buttons/0 | {\"type\":\"URL\",\"text\":\"a\"} | 0", "/components/3/buttons/0/type | \"\" | 0", "/components/0/type | \"HAT\" | 0"})
    void a_template_has_a_form(String pointer, String value, int subcode) {
        ObjectNode template = (ObjectNode) Json.read(WELCOME.formatted("welcome_d"));
        MessageLimitsTest.put(template, pointer, value);

        JsonNode error = assertError(graph.call("POST", TEMPLATES, Json.write(template)), 400, 100);

        assertThat(error.path("error_subcode").asInt()).isEqualTo(subcode);
    }

    @Test
    void an_account_has_at_most_250_templates() {
        try (TestApp full = TestApp.start(Map.of("whatsapp.simulator.callbacks", "none"))) {
            full.database().sql("insert into simulator_template (id, name, language, status, category, components) "
                    + "select 'x' || n, 'n' || n, 'en', 'APPROVED', 'UTILITY', '[]' from generate_series(1, 250) n").update();
            JsonNode error = assertError(new GraphApi(full).call("POST", TEMPLATES, WELCOME.formatted("welcome_e")), 400, 100);
            assertThat(error.path("error_subcode").asInt()).isEqualTo(2388019);
        }
    }
}
