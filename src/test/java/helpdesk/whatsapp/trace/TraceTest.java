package helpdesk.whatsapp.trace;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The way of a message through the routes, in the profile dev. */
class TraceTest {

    @AutoClose
    private static TestApp app;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("profile", "dev", "whatsapp.simulator.samples", "false"));
    }

    @Test
    void a_message_that_came_shows_its_routes_and_its_payload_before_and_after() {
        String wamid = TestApp.newWamid();
        String other = TestApp.newWamid();
        app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), wamid, "which way"), Payloads.text(TestApp.newCustomer(), other, "elsewhere")));
        app.awaitProcessed();
        JsonNode trace = assertAnswer(app.get("/api/whatsapp/trace/" + wamid), "trace-get", 200);

        assertThat(trace.path("steps")).extracting(step -> Json.text(step, "route")).containsSubsequence("webhook-receive", "webhook-process",
                "inbound-classify", "inbound-text", "inbound-store", "contact-enrich", "ticket-correlate", "message-store", "event-append");
        assertThat(trace.path("steps")).anySatisfy(step -> {
            assertThat(step.path("route").asText()).isEqualTo("inbound-text");
            assertThat(step.path("before").toString()).contains("which way").doesNotContain("elsewhere");
            assertThat(Json.read(step.at("/before/body").asText()).at("/node/text/body").asText()).isEqualTo("which way");
            assertThat(Json.read(step.at("/after/body").asText()).path("text").asText()).isEqualTo("which way");
            assertThat(step.path("location").asText()).contains("text.camel.yaml:");
        });
        assertThat(trace.path("steps")).anySatisfy(step -> assertThat(step.path("before")).isNotEqualTo(step.path("after")));
        assertThat(trace.path("map")).extracting(route -> Json.text(route, "route")).contains("inbound-media", "ticket-correlate")
                .as("the map has what was not taken too");
    }

    /** As many as Meta puts into one webhook at most. */
    @Test
    void a_webhook_of_a_thousand_messages_is_traced_and_worked_on_in_the_usual_time() {
        String customer = TestApp.newCustomer();
        List<String> wamids = Stream.generate(TestApp::newWamid).limit(1000).toList();
        app.webhook(Payloads.messages(wamids.stream().map(wamid -> Payloads.text(customer, wamid, "one of many")).toArray(JsonNode[]::new)));
        app.awaitProcessed();

        assertThat(app.database().sql("select wamid from message where wamid = any(?)").param(wamids.toArray(String[]::new))
                .query(String.class).list()).hasSize(1000);
        assertThat(assertAnswer(app.get("/api/whatsapp/trace/" + wamids.get(999)), "trace-get", 200).path("steps"))
                .extracting(step -> Json.text(step, "route")).contains("inbound-text");
    }

    @Test
    void a_message_that_was_sent_shows_its_acceptance_and_its_call() {
        String id = Json.text(app.post("/api/whatsapp/messages", "{\"to\":\"+" + TestApp.newCustomer()
                + "\",\"type\":\"text\",\"text\":{\"body\":\"traced\"}}").json(), "id");
        app.awaitStatus(id, "read");

        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonNode trace = assertAnswer(app.get("/api/whatsapp/trace/" + id), "trace-get", 200);
            assertThat(trace.path("steps")).extracting(step -> Json.text(step, "route")).contains("outbound-accept", "outbound-deliver");
            assertThat(trace.path("steps").toString()).contains("traced");
        });
    }

    @Test
    void elsewhere_than_in_dev_there_is_none() {
        TestApp shipped = TestApp.shared();
        String wamid = TestApp.newWamid();
        shipped.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), wamid, "untraced")));
        shipped.awaitProcessed();

        assertThat(assertAnswer(shipped.get("/api/whatsapp/trace/" + wamid), "trace-get", 404).path("detail").asText()).contains("profile dev");
        assertAnswer(app.get("/api/whatsapp/trace/999999999"), "trace-get", 404);
    }
}
