package helpdesk.whatsapp.toggle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Journal;
import helpdesk.whatsapp.testing.TcpProxy;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real mode, proven without Meta: one instance plays Meta with its simulator, the other runs in real mode against it. */
class TwoInstancesTest {

    private static final Map<String, String> SECRETS = Map.of(
            "whatsapp.app-secret", "secret-of-both", "whatsapp.verify-token", "verify-token-of-both",
            "whatsapp.access-token", "access-token-of-both", "whatsapp.phone-number-id", "555000222");

    private TcpProxy toHelpdesk;
    private TestApp meta;
    private TestApp helpdesk;

    @BeforeEach
    void start() throws IOException {
        toHelpdesk = new TcpProxy(0);
        meta = TestApp.start(with(Map.of("whatsapp.simulator.callback-url",
                "http://127.0.0.1:" + toHelpdesk.port() + "/api/integrations/whatsapp/webhook")));
        helpdesk = TestApp.start(with(Map.of("whatsapp.mode", "real", "whatsapp.allow-loopback-graph", "true",
                "whatsapp.outbound.rate", "50", "whatsapp.graph.base-url", meta.url("/mock/graph"))));
        toHelpdesk.target(URI.create(helpdesk.url("/")).getPort());
    }

    @AfterEach
    void stop() throws IOException {
        helpdesk.close();
        meta.close();
        toHelpdesk.close();
    }

    private static Map<String, String> with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(SECRETS);
        all.putAll(more);
        return all;
    }

    @Test
    void in_real_mode_the_whole_loop_goes_through_the_other_instance() {
        String customer = TestApp.newCustomer();
        String id = send(customer, "hello");
        JsonNode sent = helpdesk.awaitStatus(id, "read");

        assertThat(sent.path("simulated").asBoolean()).isFalse();
        assertThat(sent.at("/attempts/0/mode").asText()).isEqualTo("real");
        assertThat(sent.at("/attempts/0/baseUrl").asText()).isEqualTo(meta.url("/mock/graph"));
        assertThat(sent.path("statuses")).extracting(status -> Json.text(status, "status"))
                .contains("sent", "delivered", "read");

        String wamid = Json.text(meta.post("/mock/control/inbound",
                "{\"from\":\"" + customer + "\",\"type\":\"image\",\"caption\":\"look\"}").json(), "wamid");
        JsonNode picture = helpdesk.awaitStatus(wamid, "received");
        assertThat(Json.text(picture, "ticketId")).isEqualTo(Json.text(sent, "ticketId"));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Json.text(
                helpdesk.get("/api/whatsapp/messages/" + wamid).json().path("media"), "state").equals("ready"));
        String media = "/api/whatsapp/media/" + picture.at("/media/id").asText() + "/content";
        assertThat(helpdesk.get(media).bytes()).isNotEmpty();
        assertThat(helpdesk.call("POST", "/mock/graph/v25.0/555000222/messages", "{}",
                Map.of("Content-Type", "application/json")).status()).isEqualTo(404);
    }

    @Test
    void flipped_under_load_each_attempt_has_one_base_url_and_the_other_side_sees_no_further_call() throws Exception {
        ScheduledExecutorService load = Executors.newScheduledThreadPool(4);
        List<String> ids = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            // Faster than the rate, so that some are waiting at any time.
            load.scheduleWithFixedDelay(() -> ids.add(send(TestApp.newCustomer(), "load")), 0, 30, TimeUnit.MILLISECONDS);
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> ids.size() > 40 && calls() > 10);
        TestApp.Answer flipped = helpdesk.call("PUT", "/api/whatsapp/mode", "{\"mode\":\"mock\"}", json());
        long callsAtFlip = calls();
        int acceptedBefore = ids.size();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> ids.size() > acceptedBefore + 20);
        load.shutdown();
        assertThat(load.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(flipped.status()).as(flipped.text()).isEqualTo(200);

        List<String> mock = new ArrayList<>();
        List<String> waiting = new ArrayList<>();
        for (String id : ids) {
            JsonNode message = helpdesk.get("/api/whatsapp/messages/" + id).json();
            (Json.text(message, "mode").equals("mock") ? mock : waiting).add(id);
        }
        assertThat(mock).as("accepted after the flip").isNotEmpty();
        mock.forEach(id -> helpdesk.awaitStatus(id, "read"));
        assertThat(calls()).as("calls at the other instance after the flip").isEqualTo(callsAtFlip);
        for (String id : ids) {
            JsonNode message = helpdesk.get("/api/whatsapp/messages/" + id).json();
            Set<String> urls = new HashSet<>();
            message.path("attempts").forEach(attempt -> urls.add(Json.text(attempt, "baseUrl")));
            String expected = mock.contains(id) ? helpdesk.url("/mock/graph") : meta.url("/mock/graph");
            assertThat(urls).as(message.toString()).isSubsetOf(expected);
        }
        assertThat(helpdesk.get("/api/whatsapp/mode").json().at("/waiting/real").asLong()).isPositive();

        assertThat(helpdesk.call("PUT", "/api/whatsapp/mode", "{\"mode\":\"real\"}", json()).status()).isEqualTo(200);
        waiting.forEach(id -> Awaitility.await().atMost(Duration.ofSeconds(30)).until(() ->
                !Set.of("queued", "sending").contains(Json.text(helpdesk.get("/api/whatsapp/messages/" + id).json(), "status"))));
        assertThat(calls()).as("each real message called once").isEqualTo(waiting.size());
    }

    private String send(String customer, String text) {
        TestApp.Answer answer = helpdesk.post("/api/whatsapp/messages",
                "{\"to\":\"+" + customer + "\",\"type\":\"text\",\"text\":{\"body\":\"" + text + "\"}}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return Json.text(answer.json(), "id");
    }

    private static Map<String, String> json() {
        return Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
    }

    // Sends that the instance in Meta's place has in its journal.
    private long calls() {
        return Journal.calls(meta, "POST", "/messages");
    }
}
