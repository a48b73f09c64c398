package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import helpdesk.whatsapp.testing.Trust;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Route;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The profile simulator, as another project uses it: by a client that takes only a host, over TLS. */
class SimulatorAloneTest {

    private static final String NUMBER = "/v23.0/" + TestApp.NUMBER;
    private static final int LIMIT = 4 * 1024 * 1024;
    private static final int PORT = Ports.free();
    private static final int MANAGEMENT = Ports.free();
    @AutoClose
    private static TestApp app;
    private static GraphApi graph;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        app = TestApp.start(Map.of("profile", "simulator", "whatsapp.simulator.port", "" + PORT, "whatsapp.simulator.tls", "true",
                "whatsapp.simulator.tls.names", "127.0.0.1, localhost, simulator.test, ::1", "camel.management.enabled", "true",
                "camel.health.enabled", "true", "camel.management.port", "" + MANAGEMENT));
        graph = new GraphApi(app);
        client = HttpClient.newBuilder().sslContext(Trust.in(folder().resolve("certificate.pem"))).build();
    }

    private static Path folder() {
        return Path.of(app.property("whatsapp.data-dir"), "simulator", "tls");
    }

    private static HttpRequest.Builder atRoot(String path) {
        return HttpRequest.newBuilder(URI.create(path.startsWith("https:") ? path : "https://localhost:" + PORT + path)).timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + GraphApi.TOKEN);
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonNode sendText(String customer) throws Exception {
        HttpResponse<byte[]> answer = send(atRoot(NUMBER + "/messages").header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString("""
                {"messaging_product":"whatsapp","to":"+%s","type":"text","text":{"body":"Hello"}}""".formatted(customer))));
        assertThat(answer.statusCode()).as(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(200);
        return Json.read(answer.body());
    }

    private static Answer control(String method, String path, String body) {
        return app.call(method, "/mock/control" + path, body, Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "application/json"));
    }

    @Test
    void nothing_but_the_simulator_is_there() {
        assertThat(app.context().getRoutes()).extracting(Route::getId).isNotEmpty().allMatch(id -> id.startsWith("simulator-"));
        for (String path : new String[] {"/", "/ui/index.html", "/api/whatsapp/health", "/api/whatsapp/messages", "/api/integrations/whatsapp/webhook",
            "/mock/control/samples", "/mock/control/data"}) {
            assertThat(app.get(path).status()).as(path).isEqualTo(404);
            assertThat(app.post(path, "{}").status()).as(path).isEqualTo(404);
        }
        assertThat(app.database().sql("select count(*) from pg_tables where schemaname = 'public' and tablename not like 'simulator\\_%'")
                .query(Long.class).single()).isZero();
        assertThat(app.call("GET", "http://127.0.0.1:" + MANAGEMENT + "/observe/health/ready", (String) null, Map.of()).text()).contains("UP");
    }

    @Test
    void what_cannot_be_read_is_refused_in_metas_shapes_at_the_root_too() throws Exception {
        Map<String, Integer> requests = Map.of("GET /v23.0/" + "x".repeat(70_000) + " HTTP/1.1\r\n\r\n", 414,
                "GET /v23.0/1 HTTP/1.1\r\nX-Long: " + "x".repeat(40_000) + "\r\n\r\n", 431, "POST /v23.0/1/messages HTTP/1.1\r\nContent-Length: many\r\n\r\n", 400);
        for (Map.Entry<String, Integer> request : requests.entrySet()) {
            try (Socket socket = client.sslContext().getSocketFactory().createSocket("localhost", PORT)) {
                socket.setSoTimeout(60_000);
                socket.getOutputStream().write(request.getKey().getBytes(StandardCharsets.US_ASCII));
                String[] answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\r\n\r\n", 2);
                assertThat(answer[0]).matches("(?s)HTTP/1\\.[01] " + request.getValue() + " .*").containsIgnoringCase("content-type: application/json");
                assertThat(Json.read(answer[1].getBytes(StandardCharsets.UTF_8)).at("/error/fbtrace_id").asText()).isNotEmpty();
            }
        }
        assertThat(GraphApi.raw(app, "GET", "/mock/graph/" + "x".repeat(70_000)).json().path("code").asText()).isEqualTo("address-too-long");
        assertThat(app.get("/mock/graph" + NUMBER).status()).as("the next request").isEqualTo(401);
    }

    @Test
    void a_client_that_takes_only_a_host_sends_and_its_webhook_is_called_back() throws Exception {
        try (Receiver receiver = new Receiver()) {
            control("PUT", "/webhooks", "{\"scope\":\"app\",\"url\":\"" + receiver.url() + "\",\"verifyToken\":\"mine\"}");
            String wamid = GraphApi.wamid(sendText("15551230001"));

            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(receiver.about(wamid)).extracting(post ->
                    post.status().path("status").asText()).containsExactly("sent", "delivered", "read"));
            assertThat(receiver.handshakes()).first().asString().contains("hub.verify_token=mine");
            assertThat(receiver.about(wamid)).allSatisfy(post -> assertThat(post.signature()).isEqualTo(SignatureVerifier.header(post.body(), "mock-app-secret")));
        } finally {
            control("PUT", "/webhooks", "{\"scope\":\"app\"}");
        }
    }

    @Test
    void http_2_needs_no_length_and_has_a_limit_too() throws Exception {
        byte[] good = """
                {"messaging_product":"whatsapp","to":"%s","text":{"body":"Hello"}}""".formatted(TestApp.newCustomer()).getBytes(StandardCharsets.UTF_8);

        assertThat(http2("POST", good)).isEqualTo(200);
        assertThat(http2("POST", new byte[0])).isEqualTo(400);
        assertThat(http2("GET", new byte[0])).isEqualTo(400);
        assertThatThrownBy(() -> http2("POST", new byte[8 * LIMIT])).as("the stream is reset").isInstanceOf(IOException.class);
        assertThatThrownBy(() -> http2("GET", new byte[8 * LIMIT])).as("the stream is reset").isInstanceOf(IOException.class);
        assertThat(http2("POST", good)).as("the server goes on").isEqualTo(200);
    }

    private static int http2(String method, byte[] body) throws Exception {
        HttpResponse<byte[]> answer = send(atRoot(NUMBER + "/messages").header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        return answer.statusCode();
    }

    @Test
    void at_the_root_addresses_in_answers_are_at_the_root_too() throws Exception {
        String media = graph.upload("photo.jpg", GraphApi.sample("picture.jpg"), "image/jpeg").json().path("id").asText();

        String url = Json.read(send(atRoot("/" + media)).body()).path("url").asText();
        assertThat(url).startsWith("https://localhost:" + PORT + "/whatsapp_business/attachments/?mid=");
        HttpResponse<byte[]> range = send(atRoot(url).header("Range", "bytes=0-9"));
        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.body()).hasSize(10);

        HttpResponse<byte[]> page = send(atRoot("/v23.0/200000000000001/message_templates?limit=1"));
        assertThat(page.version()).isEqualTo(HttpClient.Version.HTTP_2);
        String next = Json.read(page.body()).at("/paging/next").asText();
        assertThat(next).startsWith("https://localhost:" + PORT + "/v23.0/200000000000001/message_templates?");
        assertThat(Json.read(send(atRoot(next)).body()).path("data")).hasSize(1);
        // Nobody but the port itself says so.
        Answer below = app.call("GET", "/mock/graph/" + media, (String) null, Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Simulator-Root", "https://evil.test"));
        assertThat(below.json().path("url").asText()).startsWith(app.url("/mock/graph/whatsapp_business/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/mock/control/journal", "/mock/graph/v23.0/100000000000001", "/v23.0/1/2/3", "/%ff", "/api/whatsapp/health"})
    void at_the_root_there_is_the_graph_api_and_nothing_else(String path) throws Exception {
        HttpResponse<byte[]> answer = send(atRoot(path));

        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(Json.read(answer.body()).at("/error/fbtrace_id").asText()).as(new String(answer.body(), StandardCharsets.UTF_8)).isNotEmpty();
    }

    @Test
    void a_path_that_is_not_encoded_properly_is_refused_as_meta_does() throws Exception {
        try (Socket socket = Trust.in(folder().resolve("certificate.pem")).getSocketFactory().createSocket("localhost", PORT)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("GET /v23.0/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 400").contains("\"fbtrace_id\"");
        }
    }

    @Test
    void as_long_as_nobody_is_subscribed_the_journal_has_what_would_be_called_back() throws Exception {
        String app1 = "/v23.0/300000000000001/subscriptions";
        Map<String, String> byApp = Map.of("Authorization", "Bearer 300000000000001|mock-app-secret", "Content-Type", "application/json");
        assertThat(app.call("GET", "/mock/graph" + app1, (String) null, byApp).json().path("data")).isEmpty();
        String customer = TestApp.newCustomer();
        String wamid = control("POST", "/inbound", "{\"from\":\"" + customer + "\",\"text\":\"Anybody?\"}").json().path("wamid").asText();

        assertThat(control("GET", "/journal/wait?kind=callback&count=1&timeout=30000&q=Anybody&to=" + customer, null).json().path("reached").asBoolean()).isTrue();
        JsonNode entry = control("GET", "/journal?kind=callback&to=" + customer, null).json().path("data").path(0);
        assertThat(entry.path("fault").asText()).isEqualTo("Nobody is subscribed: no address is set.");
        assertThat(entry.path("givenUp").asBoolean()).isTrue();
        assertThat(entry.at("/body/entry/0/changes/0/value/messages/0/id").asText()).isEqualTo(wamid);

        try (Receiver receiver = new Receiver()) {
            Answer subscribed = app.call("POST", "/mock/graph" + app1, "{\"object\":\"whatsapp_business_account\",\"callback_url\":\"" + receiver.url()
                    + "\",\"verify_token\":\"t\",\"fields\":\"messages\"}", byApp);
            assertThat(subscribed.status()).as(subscribed.text()).isEqualTo(200);
            control("POST", "/inbound", "{\"from\":\"" + customer + "\",\"text\":\"And now?\"}");
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> receiver.posts().stream().anyMatch(post -> post.text().contains("And now?")));
            assertThat(app.call("DELETE", "/mock/graph" + app1, (String) null, byApp).status()).isEqualTo(200);
        }
    }

    @Test
    void the_guide_s_example_of_a_test_runs_as_it_stands() throws Exception {
        String guide = Files.readString(Path.of("docs/simulator.md"));
        String example = guide.replaceFirst("(?s).*?```sh run\\n(.*?)```.*", "$1");

        Map.Entry<Integer, String> ended = shell(example);

        assertThat(ended.getKey()).as(ended.getValue()).isZero();
        assertThat(ended.getValue()).containsPattern("\\{\"count\":1,\"reached\":true}\\s+\\{\"count\":1,\"reached\":true}").contains("error-131047");
        assertThat(shell(example.replace("count=1&timeout=10000", "count=2&timeout=100")).getKey()).as("what did not come ends it").isNotZero();
        control("DELETE", "/scenarios", null);
    }

    /** The exit code and what was said. */
    private static Map.Entry<Integer, String> shell(String script) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("sh", "-eu", "-c", script).redirectErrorStream(true);
        shell.environment().put("B", app.url(""));
        Process process = shell.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Map.entry(process.waitFor(), said);
    }

    @Test
    void the_control_api_wants_the_simulated_token_or_an_api_token() {
        assertThat(app.get("/mock/control/journal/count").status()).isEqualTo(200);
        assertThat(control("PUT", "/account", "{}").status()).isEqualTo(200);
        for (Map<String, String> headers : List.of(Map.<String, String>of(), Map.of("Authorization", "Bearer x"), Map.of("Authorization", "Basic x"))) {
            Answer answer = app.call("GET", "/mock/control/journal", (String) null, headers);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(answer.json().path("code").asText()).isEqualTo("unauthorized");
        }
    }

    @Test
    void a_certificate_is_kept_as_long_as_it_fits() throws Exception {
        String made = Files.readString(folder().resolve("certificate.pem"));

        new SelfSigned(folder(), "simulator.test,localhost,::1,127.0.0.1").keys();
        assertThat(Files.readString(folder().resolve("certificate.pem"))).isEqualTo(made);
        Path other = Files.createDirectories(folder().resolveSibling("tls-of-other-names"));
        Files.copy(folder().resolve("key-store.p12"), other.resolve("key-store.p12"));
        new SelfSigned(other, "other.test").keys();
        assertThat(Files.readString(other.resolve("certificate.pem"))).isNotEqualTo(made);
        for (Path keys : List.of(folder(), other)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve("key-store.p12")))).isEqualTo("rw-------");
            assertThat(keys.toFile().list()).containsExactlyInAnyOrder("key-store.p12", "certificate.pem");
        }
    }

    @Test
    void an_app_may_want_a_proof_with_every_call_and_a_port_may_have_keys_of_its_own() throws Exception {
        int port = Ports.free();
        try (TestApp strict = TestApp.start(Map.of("profile", "simulator", "whatsapp.simulator.require-app-secret-proof", "true",
                "whatsapp.simulator.port", "" + port, "whatsapp.simulator.tls", "true",
                "whatsapp.simulator.tls.key-store", folder().resolve("key-store.p12").toString(), "whatsapp.simulator.tls.key-store-password", "simulator"))) {
            GraphApi of = new GraphApi(strict);
            assertThat(assertError(of.get(NUMBER), 400, 100).path("message").asText()).isEqualTo("API calls from the server require an appsecret_proof argument");
            JsonNode wrong = assertError(of.get(NUMBER + "?appsecret_proof=" + proof("mine")), 400, 100);
            assertThat(wrong.path("message").asText()).isEqualTo("Invalid appsecret_proof provided in the API argument");
            assertThat(wrong.path("type").asText()).isEqualTo("GraphMethodException");
            String proof = proof(GraphApi.TOKEN);
            assertThat(of.get(NUMBER + "?appsecret_proof=" + proof).status()).isEqualTo(200);
            assertThat(of.get(NUMBER + "?appsecret_time=1700000000&appsecret_proof=" + proof(GraphApi.TOKEN + "|1700000000")).status()).isEqualTo(200);
            assertError(of.get(NUMBER + "?appsecret_time=1700000001&appsecret_proof=" + proof(GraphApi.TOKEN + "|1700000000")), 400, 100);
            assertThat(of.call("POST", NUMBER + "/messages", """
                    {"messaging_product":"whatsapp","to":"+15551230001","text":{"body":"Hello"},"appsecret_proof":"%s"}""".formatted(proof)).status()).isEqualTo(200);
            Answer form = strict.call("POST", "/mock/graph" + NUMBER + "/messages", "messaging_product=whatsapp&to=15551230001&type=text&text=%7B%22body%22%3A%22x%22%7D"
                    + "&access_token=" + GraphApi.TOKEN + "&appsecret_proof=" + proof, Map.of("Content-Type", "application/x-www-form-urlencoded"));
            assertThat(form.status()).as(form.text()).isEqualTo(200);
            assertThat(strict.call("GET", "/mock/graph/v23.0/app/subscriptions", (String) null, Map.of("Authorization", "Bearer 300000000000001|mock-app-secret")).status())
                    .as("the app's own token is made of the secret").isEqualTo(200);
            assertThat(send(atRoot("https://localhost:" + port + NUMBER + "?appsecret_proof=" + proof)).statusCode()).isEqualTo(200);
            CompletableFuture<Answer> waits = CompletableFuture.supplyAsync(() -> strict.get("/mock/control/journal/wait?count=20000&timeout=60000"));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> strict.context().getInflightRepository().size("simulator-control-journal-wait") == 1);
            strict.close();
            assertThat(waits.get().json().path("reached").asBoolean()).as("it ends with the simulator, which does not wait for it").isFalse();
        }
    }

    private static String proof(String of) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("mock-app-secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(of.getBytes(StandardCharsets.UTF_8)));
    }
}
