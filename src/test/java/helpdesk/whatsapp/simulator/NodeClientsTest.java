package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Published clients for Node.js work with the simulator as with Meta: what is asserted is what they parsed, step by step. Every rule is on, as
 * the configuration ships, but the pace of one customer: a burst that takes more than six seconds would end there.
 */
class NodeClientsTest {

    private static final String ACCOUNT = "200000000000001";
    private static final String USER = "US.13491208655302741918";

    @AutoClose
    private static TestApp app;
    private static GraphApi graph;

    private final String customer = TestApp.newCustomer();

    @BeforeAll
    static void start() {
        Map<String, String> rules = new HashMap<>(TestApp.asShipped());
        rules.put("whatsapp.simulator.strict.pair", "false");
        app = TestApp.start(rules);
        graph = new GraphApi(app);
    }

    /** What the client parsed of each step, once everything that it has sent has arrived. */
    private JsonNode steps(String script) {
        graph.inbound("{\"from\":null,\"userId\":\"" + USER + "\",\"type\":\"text\"}");
        String written = graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
        String template = "ready_" + customer;
        assertThat(graph.call("POST", "/v23.0/" + ACCOUNT + "/message_templates", """
                {"name":"%s","language":"en_US","category":"UTILITY","components":[{"type":"BODY","text":"Order {{1}} is ready.",
                "example":{"body_text":[["1"]]}}]}""".formatted(template)).status()).isEqualTo(200);
        app.database().sql("update simulator_template set status = 'APPROVED', decide_at = null where name = ?").param(template).update();
        ObjectNode settings = Json.object().put("base", app.url("/mock/graph")).put("token", GraphApi.TOKEN).put("secret", "mock-app-secret")
                .put("number", TestApp.NUMBER).put("account", ACCOUNT).put("customer", customer).put("template", template)
                .put("written", written);
        JsonNode steps = NodeClients.run(script, settings);
        steps.findValuesAsText("id").stream().filter(id -> id.startsWith("wamid.")).forEach(NodeClientsTest::assertNotFailed);
        return steps;
    }

    // All statuses are queued before the answer.
    private static void assertNotFailed(String wamid) {
        assertThat(app.database().sql("select array_to_string(kinds, ' ') from simulator_message where wamid = ?").param(wamid).query(String.class).single())
                .as(wamid).startsWith("sent").doesNotContain("failed");
    }

    private void assertSent(JsonNode steps, List<String> names) {
        for (String name : names) {
            JsonNode answer = steps.path(name);
            assertThat(answer.at("/messages/0/id").asText()).as(name + ": " + answer).startsWith("wamid.");
        }
    }

    /** The camel case of a client that changes names, or Meta's own. */
    private static JsonNode either(JsonNode node, String one, String other) {
        return node.has(one) ? node.path(one) : node.path(other);
    }

    private void assertToCustomer(JsonNode answer) {
        assertThat(answer.at("/contacts/0/input").asText()).isEqualTo("+" + customer);
        assertThat(either(answer.at("/contacts/0"), "wa_id", "waId").asText()).isEqualTo(customer);
    }

    @Test
    void whatsapp_api_js_sends_every_type_and_files_and_sees_refusals() {
        JsonNode steps = steps("whatsapp-api-js.mjs");

        assertSent(steps, List.of("text", "reply", "toUserId", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction",
                "reactionTakenBack", "buttons", "buttonsUnderPicture", "list", "link", "template", "templateWithText", "sendUploaded"));
        assertToCustomer(steps.path("text"));
        assertThat(steps.at("/toUserId/contacts/0/user_id").asText()).isEqualTo(USER);
        assertThat(steps.at("/template/messages/0/message_status").asText()).isEqualTo("accepted");
        assertThat(steps.at("/templateWithTooMuch/error/code").asInt()).isEqualTo(132000);
        assertThat(steps.at("/tooLongAddress/error/code").asInt()).isEqualTo(100);
        assertThat(steps.at("/tooLongAddress/error/fbtrace_id").asText()).isNotBlank();
        assertThat(steps.at("/wrongToken/error/code").asInt()).isEqualTo(190);
        assertThat(steps.at("/read/success").asBoolean()).isTrue();
        assertThat(steps.at("/info/mime_type").asText()).isEqualTo("text/plain");
        assertThat(steps.path("info").path("id")).isEqualTo(steps.path("upload").path("id"));
        assertThat(steps.path("file").asText()).isEqualTo("Some notes");
        assertThat(steps.at("/remove/success").asBoolean()).isTrue();
        assertThat(steps.at("/removed/error/error_subcode").asInt()).isEqualTo(33);
        assertThat(steps.at("/block/block_users/added_users/0/wa_id").asText()).isEqualTo(customer);
        assertThat(steps.at("/unblock/block_users/removed_users/0/wa_id").asText()).isEqualTo(customer);
    }

    @Test
    void great_detail_manages_numbers_profile_templates_and_files() {
        JsonNode steps = steps("great-detail.mjs");

        assertSent(steps, List.of("text", "image", "template"));
        assertToCustomer(steps.path("text"));
        assertThat(steps.at("/read/success").asBoolean()).isTrue();
        assertThat(steps.at("/tooLong/thrown/status").asInt()).isEqualTo(400);
        assertThat(steps.at("/tooLong/thrown/body/error/code").asInt()).isEqualTo(100);
        assertThat(steps.at("/wrongToken/thrown/status").asInt()).isEqualTo(401);
        assertThat(steps.at("/wrongToken/thrown/body/error/code").asInt()).isEqualTo(190);
        assertThat(steps.at("/info/file_size").asInt()).isEqualTo("Some notes".length());
        assertThat(steps.path("file").asText()).isEqualTo("Some notes");
        assertThat(steps.at("/remove/success").asBoolean()).isTrue();
        assertThat(steps.at("/number/id").asText()).isEqualTo(TestApp.NUMBER);
        assertThat(steps.at("/number/throughput/level").asText()).isEqualTo("STANDARD");
        assertThat(steps.path("numbers").path("data").findValuesAsText("id")).contains(TestApp.NUMBER);
        assertThat(steps.at("/account/id").asText()).isEqualTo(ACCOUNT);
        assertThat(steps.at("/account/name").asText()).isNotBlank();
        assertThat(steps.at("/profile/data/0/messaging_product").asText()).isEqualTo("whatsapp");
        assertThat(steps.at("/subscriptions/data").isArray()).isTrue();
        assertThat(steps.at("/create/status").asText()).isEqualTo("PENDING");
        assertThat(steps.at("/get/name").asText()).isEqualTo("great_detail_" + customer);
        assertThat(steps.at("/get/components/0/text").asText()).isEqualTo("Your order is on its way.");
        assertThat(steps.at("/list/data")).hasSize(1);
        assertThat(steps.at("/list/data/0/category").asText()).isEqualTo("UTILITY");
        assertThat(steps.at("/list/paging/cursors/after").asText()).isNotBlank();
        assertThat(steps.at("/removeTemplate/success").asBoolean()).isTrue();
    }

    @Test
    void kapso_sends_files_and_templates_and_sorts_errors_as_it_does_metas() {
        JsonNode steps = steps("kapso.mjs");

        assertSent(steps, List.of("text", "toUserId", "video", "location", "contacts", "reaction", "buttons", "link", "flow", "template"));
        assertToCustomer(steps.path("text"));
        assertThat(either(steps.at("/toUserId/contacts/0"), "user_id", "userId").asText()).isEqualTo(USER);
        assertThat(steps.at("/read/success").asBoolean()).isTrue();
        assertThat(steps.at("/busy/thrown/name").asText()).isEqualTo("GraphApiError");
        assertThat(steps.at("/busy/thrown/code").asInt()).isEqualTo(130429);
        assertThat(steps.at("/busy/thrown/category").asText()).isEqualTo("throttling");
        assertThat(steps.at("/busy/thrown/details").asText()).isNotBlank();
        assertThat(steps.at("/wrongToken/thrown/category").asText()).isEqualTo("authorization");
        assertThat(steps.at("/wrongToken/thrown/httpStatus").asInt()).isEqualTo(401);
        assertThat(steps.at("/wrongToken/thrown/fbtraceId").asText()).isNotBlank();
        assertThat(either(steps.path("info"), "mime_type", "mimeType").asText()).isEqualTo("text/plain");
        assertThat(steps.path("file").asText()).isEqualTo("Some notes");
        assertThat(steps.at("/remove/success").asBoolean()).isTrue();
        assertThat(steps.at("/create/status").asText()).isEqualTo("PENDING");
        assertThat(steps.at("/list/data/0/name").asText()).isEqualTo("kapso_" + customer);
        assertThat(steps.at("/removeTemplate/success").asBoolean()).isTrue();
        assertThat(either(steps.at("/profile/data/0"), "messaging_product", "messagingProduct").asText()).isEqualTo("whatsapp");
    }
}
