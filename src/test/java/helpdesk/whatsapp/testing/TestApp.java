package helpdesk.whatsapp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.api.ContractAssert;
import helpdesk.whatsapp.db.EmbeddedDatabase;
import helpdesk.whatsapp.db.Migrations;
import helpdesk.whatsapp.security.SignatureVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.Main;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The product as it ships - its config, routes and SQL - started in this JVM on a free port, with a database of its own in a
 * PostgreSQL that all tests share. {@link #shared()} is one for all tests that can live with each other's data: they use
 * customers of their own ({@link #newCustomer()}).
 */
public final class TestApp implements AutoCloseable {

    public static final String TOKEN = "test-api-token";
    public static final String NUMBER = "100000000000001";
    /** The database that those of the instances are copies of: it is brought up to date once. */
    private static final String MIGRATED = "migrated";
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final AtomicInteger CUSTOMERS = new AtomicInteger();
    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();
    private static EmbeddedDatabase postgres;
    private static TestApp shared;

    private final Main main;
    private final Map<String, String> properties;
    private final JdbcClient database;
    private final int port;

    private TestApp(Main main, Map<String, String> properties, JdbcClient database) {
        this.main = main;
        this.properties = properties;
        this.database = database;
        String router = VertxPlatformHttpRouter.getRouterNameFromPort(Integer.parseInt(properties.get("camel.server.port")));
        port = main.getCamelContext().getRegistry().lookupByNameAndType(router, VertxPlatformHttpRouter.class).getServer().getPort();
    }

    /** Started by the first test that asks for it, stopped with the JVM. */
    public static synchronized TestApp shared() {
        if (shared == null) {
            shared = start(Map.of());
        }
        return shared;
    }

    /** The rules of the simulator that {@link #start} switches off, on again: what production has. */
    public static Map<String, String> asShipped() {
        Map<String, String> rules = new LinkedHashMap<>(Map.of("whatsapp.simulator.throughput", "80"));
        for (String rule : List.of("pair", "window", "reaction", "read", "messaging-limit")) {
            rules.put("whatsapp.simulator.strict." + rule, "true");
        }
        return rules;
    }

    /** Another instance with other properties; the one who asks closes it. {@code db-options} are added to the URL of its database. */
    public static TestApp start(Map<String, String> overrides) {
        int number = COUNT.incrementAndGet();
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("camel.server.port", "0");
        properties.put("whatsapp.data-dir", TestRun.folder("test-app").resolve(String.valueOf(number)).toString());
        properties.put("whatsapp.api-token", TOKEN);
        properties.put("whatsapp.simulator.delay-ms", "20");
        properties.put("whatsapp.outbound.rate", "1000");
        properties.put("whatsapp.simulator.throughput", "1000");
        properties.put("whatsapp.simulator.strict.pair", "false");
        properties.put("whatsapp.simulator.strict.window", "false");        // customers write to the webhook, past the simulator
        properties.put("whatsapp.simulator.strict.reaction", "false");
        properties.put("whatsapp.simulator.strict.read", "false");
        properties.put("whatsapp.simulator.strict.messaging-limit", "false");
        properties.put("whatsapp.db.pool-size", "12");      // several apps share the 100 connections of one PostgreSQL
        if (!overrides.containsKey("whatsapp.db.url")) {
            String name = "app_" + number;
            postgres();
            sql(postgres.url()).sql("create database " + name + ("simulator".equals(overrides.get("profile")) ? "" : " template " + MIGRATED)).update();
            properties.put("whatsapp.db.url", urlOf(name) + overrides.getOrDefault("db-options", ""));
            properties.put("whatsapp.db.user", postgres.user());
            properties.put("whatsapp.db.password", postgres.password());
        }
        properties.putAll(overrides);
        properties.remove("db-options");
        Main main = new Main(helpdesk.whatsapp.Main.class);
        String profile = properties.remove("profile");
        main.setDefaultPropertyPlaceholderLocation(profile == null ? "file:config/application.properties"
                : "file:config/application-" + profile + ".properties,file:config/application.properties");      // the first wins
        properties.forEach(main::addOverrideProperty);
        try {
            main.start();
        } catch (RuntimeException e) {
            main.stop();
            throw e;
        }
        return new TestApp(main, properties, sql(properties.get("whatsapp.db.url"), properties.get("whatsapp.db.user"),
                properties.get("whatsapp.db.password")));
    }

    private static synchronized void postgres() {
        if (postgres == null) {
            Path home = TestRun.folder("test-postgres");
            try {
                PgPrograms.lendTo(home);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            postgres = EmbeddedDatabase.start(home);
            sql(postgres.url()).sql("create database " + MIGRATED).update();
            Migrations.run(new DriverManagerDataSource(urlOf(MIGRATED), postgres.user(), postgres.password()));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                synchronized (TestApp.class) {
                    if (shared != null) {
                        shared.close();
                    }
                    postgres.close();
                }
            }));
        }
    }

    private static String urlOf(String database) {
        return postgres.url().replaceFirst("/[^/]*$", "/" + database);
    }

    private static JdbcClient sql(String url) {
        return sql(url, postgres.user(), postgres.password());
    }

    private static JdbcClient sql(String url, String user, String password) {
        return JdbcClient.create(new DriverManagerDataSource(url, user, password));
    }

    public CamelContext context() {
        return main.getCamelContext();
    }

    public JdbcClient database() {
        return database;
    }

    public String property(String key) {
        return context().resolvePropertyPlaceholders("{{" + key + ":}}");
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** A number that no other test uses, without plus: also a customer of the simulator. */
    public static String newCustomer() {
        return "1555" + (3_000_000 + ProcessHandle.current().pid() % 1000 * 1000 + CUSTOMERS.incrementAndGet());
    }

    /** A new wamid of a customer's message. */
    public static String newWamid() {
        return "wamid.TEST" + ProcessHandle.current().pid() + "X" + CUSTOMERS.incrementAndGet() + System.nanoTime();
    }

    // ---- HTTP ------------------------------------------------------------------------------------------------------

    public record Answer(int status, Map<String, List<String>> headers, byte[] bytes) {

        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            return Json.read(bytes);
        }

        public String header(String name) {
            return headers.entrySet().stream().filter(h -> h.getKey().equalsIgnoreCase(name))
                    .map(h -> h.getValue().get(0)).findFirst().orElse(null);
        }
    }

    public Answer get(String path) {
        return call("GET", path, (byte[]) null, Map.of("Authorization", "Bearer " + TOKEN));
    }

    public Answer post(String path, String json) {
        return call("POST", path, json, Map.of("Authorization", "Bearer " + TOKEN, "Content-Type", "application/json"));
    }

    public Answer call(String method, String path, String body, Map<String, String> headers) {
        return call(method, path, body == null ? null : body.getBytes(StandardCharsets.UTF_8), headers);
    }

    public Answer call(String method, String path, byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : url(path)))
                .timeout(Duration.ofSeconds(60))
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        try {
            HttpResponse<byte[]> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            Answer answer = new Answer(response.statusCode(), response.headers().map(), response.body());
            ContractAssert.assertDescribed(method, path, answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A webhook as Meta posts it, signed with the app secret. */
    public Answer webhook(String json) {
        return webhook(json.getBytes(StandardCharsets.UTF_8));
    }

    public Answer webhook(byte[] raw) {
        return call("POST", "/api/integrations/whatsapp/webhook", raw, Map.of("Content-Type", "application/json",
                "X-Hub-Signature-256", SignatureVerifier.header(raw, property("whatsapp.app-secret"))));
    }

    // ---- waiting ---------------------------------------------------------------------------------------------------

    /** Until everything that was logged has been worked on. */
    public void awaitProcessed() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).until(() -> database.sql("""
                select count(*) from webhook_log w left join lane_offset o
                  on o.topic = 'webhook' and o.consumer = 'inbox' and o.lane = w.lane
                where w.pos > coalesce(o.last_pos, 0)""").query(Long.class).single() == 0);
    }

    /** Until the reader of the log has what it claims: it makes that with its first look, a moment after the start. */
    public void awaitLanes() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> database.sql(
                "select count(*) from lane_offset where topic = 'webhook' and consumer = 'inbox'").query(Long.class).single() > 0);
    }

    /** Until nothing is under way any more, of other tests either. */
    public void awaitQuiet() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> database.sql(
                "select (select count(*) from simulator_callback) + (select count(*) from outbox)").query(Long.class).single() == 0);
        awaitProcessed();
    }

    /** Until the sample conversations are there, their files too. */
    public void awaitSamples() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> database.sql("select count(*) from message where type = 'contacts'")
                .query(Long.class).single() == 1);
        awaitQuiet();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> database.sql("select count(*) from media where state <> 'ready'")
                .query(Long.class).single() == 0);
    }

    /** The message with this id or wamid, as the API shows it, once it has this status. */
    public JsonNode awaitStatus(String id, String status) {
        Map<String, JsonNode> last = new HashMap<>();
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> {
            Answer answer = get("/api/whatsapp/messages/" + id);
            last.put("message", answer.status() == 200 ? answer.json() : Json.object().put("httpStatus", answer.status()));
            return status.equals(Json.text(last.get("message"), "status"));
        });
        return last.get("message");
    }

    @Override
    public void close() {
        main.stop();
    }

    @Override
    public String toString() {
        return "TestApp on port " + port + " with " + properties.keySet();
    }
}
