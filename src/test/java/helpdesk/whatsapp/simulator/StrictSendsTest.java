package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What production refuses although it is well formed, at once or by a status that says failed - as the configuration ships. */
class StrictSendsTest {

    private static final Receiver RECEIVER = new Receiver();
    private static TestApp app;
    private static GraphApi graph;

    private final String customer = TestApp.newCustomer();

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0",
                "whatsapp.simulator.strict.window", "true"));
        graph = new GraphApi(app);
    }

    @AfterAll
    static void stop() {
        app.close();
        RECEIVER.close();
    }

    private static Answer send(String to, String content) {
        return graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"" + to + "\"," + content + "}");
    }

    private static Answer text(String to) {
        return send(to, "\"text\":{\"body\":\"Hello\"}");
    }

    private static String template(String name, String language, String components) {
        return "\"type\":\"template\",\"template\":{\"name\":\"" + name + "\",\"language\":{\"code\":\"" + language + "\"},\"components\":[" + components + "]}";
    }

    /** The first status that is called back of an accepted message. */
    private static JsonNode first(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        String wamid = GraphApi.wamid(answer.json());
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> !RECEIVER.about(wamid).isEmpty());
        return RECEIVER.about(wamid).get(0).status();
    }

    private static void assertFailed(Answer answer, int code) {
        JsonNode status = first(answer);
        assertThat(status.path("status").asText()).as(status.toString()).isEqualTo("failed");
        assertThat(status.at("/errors/0/code").asInt()).isEqualTo(code);
        assertThat(status.at("/errors/0/title").asText()).isNotBlank();
        assertThat(status.at("/errors/0/error_data/details").asText()).isNotBlank();
    }

    @Test
    void outside_the_window_a_text_fails_after_its_200_and_a_template_is_delivered() {
        assertFailed(text("+" + customer), 131047);
        assertThat(first(send("+" + customer, template("hello_world", "en_US", ""))).path("status").asText()).isEqualTo("sent");
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\",\"text\":\"Hello\"}");
        assertThat(first(text("+" + customer)).path("status").asText()).isEqualTo("sent");
    }

    @Test
    void the_window_closes_after_24_hours_of_the_customers_own_time() {
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\",\"timestamp\":\"" + Instant.now().minusSeconds(24 * 3600 + 5).getEpochSecond() + "\"}");
        assertFailed(text("+" + customer), 131047);
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\",\"timestamp\":\"" + Instant.now().minusSeconds(24 * 3600 - 60).getEpochSecond() + "\"}");
        assertThat(first(text("+" + customer)).path("status").asText()).isEqualTo("sent");
    }

    @Test
    void a_customer_by_user_id_has_a_window_too_and_who_is_in_the_directory_counts_as_one_who_wrote() {
        graph.inbound("{\"from\":null,\"userId\":\"US.77001\",\"type\":\"text\"}");
        assertThat(first(graph.send("{\"messaging_product\":\"whatsapp\",\"recipient\":\"US.77001\",\"text\":{\"body\":\"a\"}}")).path("status").asText())
                .isEqualTo("sent");
        assertFailed(graph.send("{\"messaging_product\":\"whatsapp\",\"recipient\":\"US.77002\",\"text\":{\"body\":\"a\"}}"), 131047);
        assertThat(first(text("+15551230007")).path("status").asText()).isEqualTo("sent");
    }

    @Test
    void too_many_to_one_customer_are_refused_while_others_go_on() {
        try (TestApp paced = TestApp.start(Map.of("whatsapp.simulator.strict.pair", "true", "whatsapp.simulator.callbacks", "none"))) {
            GraphApi api = new GraphApi(paced);
            String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+%s\",\"text\":{\"body\":\"a\"}}";
            Answer last = api.send(message.formatted(customer));
            assertThat(last.status()).as(last.text()).isEqualTo(200);
            for (int i = 0; i < 45 && last.status() == 200; i++) {
                last = api.send(message.formatted(customer));
            }
            assertThat(assertError(last, 400, 131056).path("message").asText()).contains("pair rate");
            assertThat(api.send(message.formatted(TestApp.newCustomer())).status()).isEqualTo(200);
        }
    }

    @Test
    void more_in_a_second_than_the_number_may_is_130429() {
        try (TestApp slow = TestApp.start(Map.of("whatsapp.simulator.throughput", "0", "whatsapp.simulator.callbacks", "none"))) {
            assertError(new GraphApi(slow).send("{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}"), 400, 130429);
        }
    }

    @ParameterizedTest
    @CsvSource({"+15550783881,400,131021", "+1555,400,100", "+0123456789,400,100", "+1 555 CALL NOW,400,100", "+1234567890123456,400,100"})
    void nobody_writes_to_such_a_number(String to, int status, int code) {
        assertError(text(to), status, code);
    }

    @ParameterizedTest
    @CsvSource({"15551239999,15551239999", "5551239999,15551239999", "+49 (30) 12345-67,49301234567", "48501234567,48501234567", "+5551239999,5551239999"})
    void a_number_without_plus_and_country_gets_the_country_of_the_business(String to, String waId) {
        Answer answer = text(to);

        assertThat(answer.json().at("/contacts/0/input").asText()).isEqualTo(to);
        assertThat(answer.json().at("/contacts/0/wa_id").asText()).isEqualTo(waId);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "nothing | en_US | | 404 | 132001", "hello_world | de | | 404 | 132001", "winter_offers | en_US | | 404 | 132001",
        "spring_sale | en_US | | 400 | 132015", "clearance | en_US | | 400 | 132016",
        "order_update | en_US | | 400 | 132000",
        "order_update | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132000",
        "hello_world | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132000",
        "order_update | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image\",\"image\":{}},{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132012",
        "order_update | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\"},{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 131008",
        "parcel_ready | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"text\",\"text\":\"c\"}]} | 400 | 132012",
        "new_arrivals | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132000",
        "new_arrivals | en_US | {\"type\":\"header\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]},{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132012",
        "new_arrivals | en_US | {\"type\":\"header\",\"parameters\":[{\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\"}}]},{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 131008"})
    void a_template_must_be_there_and_its_parameters_fit(String name, String language, String components, int status, int code) {
        assertThat(assertError(send("+" + customer, template(name, language, components == null ? "" : components)), status, code)
                .at("/error_data/details").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "order_update | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"currency\",\"currency\":{\"fallback_value\":\"$1\"}},{\"type\":\"date_time\",\"date_time\":{\"fallback_value\":\"May 1\"}}]}",
        "parcel_ready | {\"type\":\"BODY\",\"parameters\":[{\"type\":\"text\",\"parameter_name\":\"first_name\",\"text\":\"a\"},{\"type\":\"text\",\"parameter_name\":\"place\",\"text\":\"b\"},{\"type\":\"text\",\"parameter_name\":\"date\",\"text\":\"c\"}]}",
        "reopen_conversation | {\"type\":\"button\",\"sub_type\":\"quick_reply\",\"index\":\"1\",\"parameters\":[{\"type\":\"payload\",\"payload\":\"no\"}]}",
        "new_arrivals | {\"type\":\"header\",\"parameters\":[{\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\"}}]},{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]},{\"type\":\"button\",\"sub_type\":\"url\",\"index\":\"0\",\"parameters\":[{\"type\":\"text\",\"text\":\"kettle\"}]}"})
    void a_template_with_its_parameters_is_sent(String name, String components) {
        Answer answer = send("+" + customer, template(name, "en_US", components));

        assertThat(first(answer).path("status").asText()).isEqualTo("sent");
        assertThat(answer.json().at("/messages/0/message_status").asText()).isEqualTo("accepted");
    }

    @Test
    void files_must_be_there_and_of_a_type_that_the_message_takes() {
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
        String picture = graph.upload("picture.jpg", GraphApi.sample("picture.jpg"), "image/jpeg").json().path("id").asText();

        assertThat(first(send("+" + customer, "\"type\":\"image\",\"image\":{\"id\":\"" + picture + "\"}")).path("status").asText()).isEqualTo("sent");
        assertThat(assertError(send("+" + customer, "\"type\":\"video\",\"video\":{\"id\":\"" + picture + "\"}"), 400, 131053)
                .at("/error_data/details").asText()).contains("Unsupported Video mime type image/jpeg");
        assertThat(assertError(send("+" + customer, "\"type\":\"image\",\"image\":{\"id\":\"404\"}"), 400, 100).path("error_subcode").asInt()).isEqualTo(33);
        assertFailed(send("+" + customer, "\"type\":\"video\",\"video\":{\"link\":\"https://example.com/page.html\"}"), 131053);
        graph.call("DELETE", "/v23.0/" + picture, null);
        assertError(send("+" + customer, "\"type\":\"image\",\"image\":{\"id\":\"" + picture + "\"}"), 400, 100);
    }

    @Test
    void a_blocked_customer_and_one_who_wants_no_marketing_get_nothing() {
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
        String block = "{\"messaging_product\":\"whatsapp\",\"block_users\":[{\"user\":\"+" + customer + "\"}]}";
        assertThat(graph.call("POST", "/v23.0/" + TestApp.NUMBER + "/block_users", block).status()).isEqualTo(200);
        assertFailed(text("+" + customer), 130403);
        assertThat(graph.call("DELETE", "/v23.0/" + TestApp.NUMBER + "/block_users", block).status()).isEqualTo(200);
        assertThat(first(text("+" + customer)).path("status").asText()).isEqualTo("sent");

        app.database().sql("update simulator_customer set marketing = 'stop' where customer = ?").param(customer).update();
        String marketing = template("new_arrivals", "en_US", "{\"type\":\"header\",\"parameters\":[{\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\"}}]},"
                + "{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]},{\"type\":\"button\",\"sub_type\":\"url\",\"index\":0,\"parameters\":[{\"type\":\"text\",\"text\":\"k\"}]}");
        assertFailed(send("+" + customer, marketing), 131050);
        assertThat(first(send("+" + customer, template("hello_world", "en_US", ""))).path("status").asText()).isEqualTo("sent");
    }

    @Test
    void beyond_the_free_messages_nothing_is_delivered_without_a_way_to_pay() {
        try (TestApp poor = TestApp.start(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0",
                "whatsapp.simulator.free-messages", "2", "whatsapp.simulator.payment-method", "false",
                "whatsapp.simulator.allowed-recipients", "+15551230001, 15551230002"))) {
            GraphApi api = new GraphApi(poor);
            String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}";
            assertThat(first(api.send(message)).path("status").asText()).isEqualTo("sent");
            assertThat(first(api.send(message)).path("status").asText()).isEqualTo("sent");
            assertFailed(api.send(message), 131042);
            assertError(api.send(message.replace("15551230001", "15551230003")), 400, 131030);
        }
    }

    @Test
    void the_whole_way_a_send_outside_the_window_ends_as_failed_in_the_application() {
        try (TestApp whole = TestApp.start(Map.of("whatsapp.simulator.strict.window", "true"))) {
            String id = whole.post("/api/whatsapp/messages", "{\"to\":\"+" + customer + "\",\"type\":\"text\",\"text\":{\"body\":\"Hello\"}}").json()
                    .path("id").asText();
            assertThat(whole.awaitStatus(id, "failed").toString()).contains("131047");
        }
    }
}
