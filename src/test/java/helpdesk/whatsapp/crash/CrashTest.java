package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 under load, as the customers and the helpdesk see it: by the sets of what was acknowledged. */
class CrashTest {

    private static final String SECRET = "secret-of-the-crash-test";
    private static final int KILLS = 2;

    private final Set<String> acknowledgedWebhooks = ConcurrentHashMap.newKeySet();
    private final Map<String, String> acknowledgedSends = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicBoolean loading = new AtomicBoolean(true);

    @Test
    void what_was_acknowledged_is_there_once_after_kill_minus_nine_and_no_send_is_made_twice(@TempDir Path data) throws Exception {
        try (GraphStub meta = new GraphStub(); AppProcess app = new AppProcess(data, environment(meta))) {
            app.start();
            ExecutorService load = Executors.newFixedThreadPool(4);
            for (int i = 0; i < 3; i++) {
                load.submit(() -> postWebhooks(app));
            }
            load.submit(() -> postSends(app));
            for (int kill = 1; kill <= KILLS; kill++) {
                int enough = acknowledgedWebhooks.size() + 100;
                int sends = acknowledgedSends.size() + 15;
                Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(5))
                        .until(() -> acknowledgedWebhooks.size() >= enough && acknowledgedSends.size() >= sends);
                app.kill();
                app.start();
            }
            loading.set(false);
            load.shutdown();
            assertThat(load.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            awaitQuiet(app);

            assertThat(storedWamids(app)).containsAll(acknowledgedWebhooks).doesNotHaveDuplicates();
            JsonNode ledger = Json.read(app.call("GET", "/api/whatsapp/ingest", null, Map.of()).body());
            assertThat(ledger.at("/events/received").asLong())
                    .isEqualTo(ledger.at("/events/done").asLong() + ledger.at("/events/dead").asLong());
            assertThat(ledger.at("/items/received").asLong())
                    .isEqualTo(ledger.at("/items/stored").asLong() + ledger.at("/items/duplicate").asLong());
            assertSends(app, meta);
        }
    }

    private static Map<String, String> environment(GraphStub meta) {
        Map<String, String> environment = new HashMap<>();
        environment.put("WHATSAPP_MODE", "real");
        environment.put("WHATSAPP_APP_SECRET", SECRET);
        environment.put("WHATSAPP_VERIFY_TOKEN", "verify-token-of-the-crash-test");
        environment.put("WHATSAPP_ACCESS_TOKEN", "access-token-of-the-crash-test");
        environment.put("WHATSAPP_PHONE_NUMBER_ID", GraphStub.REAL_NUMBER);
        environment.put("WHATSAPP_GRAPH_BASE_URL", meta.url());
        environment.put("WHATSAPP_ALLOW_LOOPBACK_GRAPH", "true");
        environment.put("WHATSAPP_OUTBOUND_RATE", "1000");
        return environment;
    }

    // As Meta does, the same webhook again until it is acknowledged.
    private void postWebhooks(AppProcess app) {
        while (loading.get()) {
            int n = number.incrementAndGet();
            String wamid = "wamid.CRASH" + n;
            byte[] body = """
                    {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
                    "messaging_product":"whatsapp","metadata":{"display_phone_number":"1","phone_number_id":"%s"},
                    "contacts":[{"profile":{"name":"C"},"wa_id":"1555777%04d"}],
                    "messages":[{"from":"1555777%04d","id":"%s","timestamp":"%d","type":"text","text":{"body":"n"}}]}}]}]}"""
                    .formatted(GraphStub.REAL_NUMBER, n % 40, n % 40, wamid, System.currentTimeMillis() / 1000)
                    .getBytes(StandardCharsets.UTF_8);
            String text = new String(body, StandardCharsets.UTF_8);
            while (app.status("POST", "/api/integrations/whatsapp/webhook", text,
                    Map.of("X-Hub-Signature-256", SignatureVerifier.header(body, SECRET))) != 200) {
                app.awaitUp();
            }
            acknowledgedWebhooks.add(wamid);
        }
    }

    private void postSends(AppProcess app) {
        while (loading.get()) {
            String text = "send " + number.incrementAndGet();
            String key = "key of " + text;
            String body = "{\"to\":\"+1555888%04d\",\"type\":\"text\",\"text\":{\"body\":\"%s\"}}"
                    .formatted(number.get() % 20, text);
            boolean accepted = false;
            while (!accepted) {
                try {
                    HttpResponse<String> answer = app.call("POST", "/api/whatsapp/messages", body, Map.of("Idempotency-Key", key));
                    accepted = answer.statusCode() == 202;
                    if (accepted) {
                        acknowledgedSends.put(text, Json.text(Json.read(answer.body()), "id"));
                    }
                } catch (IOException e) {
                    app.awaitUp();
                }
            }
        }
    }

    private static void awaitQuiet(AppProcess app) {
        Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(200)).until(() -> {
            JsonNode ledger = Json.read(app.call("GET", "/api/whatsapp/ingest", null, Map.of()).body());
            JsonNode health = Json.read(app.call("GET", "/api/whatsapp/health", null, Map.of()).body());
            return ledger.at("/events/pending").asLong() == 0 && health.at("/outbox/waiting").asLong() == 0;
        });
    }

    private static List<String> storedWamids(AppProcess app) throws IOException {
        return messages(app, "inbound").stream().map(message -> Json.text(message, "wamid")).toList();
    }

    private static List<JsonNode> messages(AppProcess app, String direction) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = Json.read(app.call("GET", "/api/whatsapp/messages?limit=200&direction=" + direction + cursor, null,
                    Map.of()).body());
            page.path("data").forEach(all::add);
            cursor = page.hasNonNull("next") ? "&cursor=" + page.path("next").asText() : "";
        } while (!cursor.isEmpty());
        return all;
    }

    private void assertSends(AppProcess app, GraphStub meta) throws IOException {
        Map<String, Integer> calls = new HashMap<>();
        meta.journal().forEach(call -> calls.merge(call.body().at("/text/body").asText(), 1, Integer::sum));
        assertThat(calls.values()).allSatisfy(count -> assertThat(count).isEqualTo(1));
        Map<String, JsonNode> byText = new HashMap<>();
        messages(app, "outbound").forEach(message -> assertThat(byText.put(Json.text(message, "text"), message))
                .as("one message for each send").isNull());
        acknowledgedSends.forEach((text, id) -> {
            JsonNode message = byText.get(text);
            assertThat(message).as(text).isNotNull();
            assertThat(Json.text(message, "id")).isEqualTo(id);
            if (Json.text(message, "status").equals("accepted")) {
                assertThat(calls).as(text).containsEntry(text, 1);
            } else {
                assertThat(Json.text(message, "status")).as(text).isEqualTo("unknown");
            }
        });
    }

    @Test
    void a_taken_port_stops_the_start_and_says_so(@TempDir Path data) throws Exception {
        try (AppProcess first = new AppProcess(data.resolve("a"), Map.of())) {
            first.start();
            try (AppProcess second = first.onTheSamePort(data.resolve("b"))) {
                second.launch();
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.log()).contains("HTTP port").contains("CAMEL_SERVER_PORT");
            }
            assertThat(first.status("GET", "/api/whatsapp/health", null, Map.of())).isEqualTo(200);
        }
    }

    @Test
    void real_mode_without_its_secrets_stops_the_start_and_names_all_that_is_missing(@TempDir Path data) throws Exception {
        try (AppProcess app = new AppProcess(data, Map.of("WHATSAPP_MODE", "real"))) {
            app.launch();
            assertThat(app.exitCode()).isEqualTo(1);
            assertThat(app.log()).contains("WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN", "WHATSAPP_ACCESS_TOKEN",
                    "WHATSAPP_PHONE_NUMBER_ID");
        }
    }

    @Test
    void a_customer_s_token_is_printed_once_and_opens_the_api(@TempDir Path data) throws Exception {
        try (AppProcess app = new AppProcess(data, Map.of("WHATSAPP_API_TOKEN", ""))) {
            app.launch();
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100))
                    .until(() -> app.log().contains("shown this once: hw_") && app.log().contains("is up at"));
            String token = app.log().replaceAll("(?s).*shown this once: (hw_[0-9a-f]+).*", "$1");
            assertThat(app.status("GET", "/api/whatsapp/tickets", null, Map.of("Authorization", "Bearer " + token)))
                    .isEqualTo(200);
            assertThat(app.status("GET", "/api/whatsapp/tickets", null, Map.of("Authorization", "Bearer " + TestApp.TOKEN)))
                    .isEqualTo(401);
        }
    }
}
