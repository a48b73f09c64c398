package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.db.EmbeddedDatabase;
import helpdesk.whatsapp.db.Migrations;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.testing.GraphStub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Two processes on one PostgreSQL: both take webhooks, both work on them, both send; what one leaves behind the other goes on with. */
@Timeout(600)
class ReplicasTest {

    private static final String SECRET = "secret-of-the-replicas";
    private static final int RATE = 40;
    /** Ten times the two seconds that it takes by rights: two processes and a database share a busy machine here. */
    private static final Duration TAKEN_OVER = Duration.ofSeconds(20);
    /** Their median, in milliseconds: what looks every second has half a second of it, the rest is for the machine. */
    private static final long USUALLY = 5_000;
    private static final int FLIPS = 5;

    private final Set<String> wamids = new HashSet<>();
    private final Map<String, String> sends = new HashMap<>();
    private int number;
    private DataSource server;
    private JdbcClient database;

    @Test
    void two_replicas_share_lanes_outbox_rate_and_mode_and_one_goes_on_alone(@TempDir Path data) throws Exception {
        try (EmbeddedDatabase postgres = EmbeddedDatabase.start(data.resolve("db")); GraphStub meta = new GraphStub();
                AppProcess one = new AppProcess(data.resolve("one"), environment(meta, postgres));
                AppProcess other = new AppProcess(data.resolve("other"), environment(meta, postgres))) {
            server = new DriverManagerDataSource(postgres.url(), postgres.user(), postgres.password());
            database = JdbcClient.create(server);
            Migrations.run(server);
            String old = "webhook_log_20260101";
            String missing = "webhook_log_" + LocalDate.now(ZoneOffset.UTC).plusDays(6).format(DateTimeFormatter.BASIC_ISO_DATE);
            database.sql("select make_log_partitions('webhook', date '2026-01-01', date '2026-01-01')").query().singleRow();
            database.sql("drop table " + missing).update();
            one.launch();
            other.launch();
            one.awaitAnswer();
            other.awaitAnswer();
            Awaitility.await("the days").atMost(Duration.ofSeconds(60)).until(() -> exists(missing) && !exists(old));
            assertThat(one.status("PUT", "/api/whatsapp/mode", "{\"mode\":\"real\"}", Map.of())).isEqualTo(200);
            Awaitility.await().atMost(TAKEN_OVER).until(() -> mode(other).equals("real"));

            for (int i = 0; i < 100; i++) {
                webhook(i % 2 == 0 ? one : other);
            }
            awaitDone();
            assertThat(List.of(read(one), read(other))).as("what each has worked on").allSatisfy(read -> assertThat(read).isPositive());

            assertThat(List.of(one.log(), other.log())).as("both have looked after the days, in peace")
                    .allSatisfy(log -> assertThat(log).doesNotContain("TimerConsumer", "log-keep-days", "webhook_log_", "events_log_"));

            sendAtOnce(one, other);
            awaitDone();
            assertThat(texts(meta)).containsExactlyInAnyOrderElementsOf(sends.keySet());
            assertThat(mostInOneSecond()).as("attempts begun in one second").isLessThanOrEqualTo(RATE);

            flip(one, other);

            for (int i = 0; i < 60; i++) {
                webhook(i % 2 == 0 ? one : other);
                send(i % 2 == 0 ? other : one);
            }
            one.kill();
            for (int i = 0; i < 20; i++) {
                webhook(other);
                send(other);
            }
            awaitDone();
            assertThat(texts(meta)).doesNotHaveDuplicates();
            Set<String> called = new HashSet<>(texts(meta));
            sends.forEach((text, id) -> assertThat(called.contains(text) || status(id).equals("unknown")).as(text).isTrue());
            assertThat(sends.values()).allSatisfy(id -> assertThat(status(id)).isIn("accepted", "unknown"));
        }
    }

    // Nobody can take one while the row of the mode is locked: then both begin, and what waits is more than the rate of both would be.
    private void sendAtOnce(AppProcess one, AppProcess other) throws IOException, SQLException {
        try (Connection somebody = server.getConnection(); Statement lock = somebody.createStatement()) {
            somebody.setAutoCommit(false);
            lock.execute("select value from setting where key = 'whatsapp.mode' for update");
            for (int i = 0; i < 3 * RATE; i++) {
                send(i % 2 == 0 ? other : one);
            }
            assertThat(database.sql("select count(*) from outbox").query(Integer.class).single()).as("sends that wait").isEqualTo(3 * RATE);
        }
    }

    // What is set at one holds at the other soon; nothing of it goes to the other side.
    private void flip(AppProcess one, AppProcess other) throws IOException {
        List<Long> modes = new ArrayList<>();
        List<Long> settings = new ArrayList<>();
        for (int i = 0; i < FLIPS; i++) {
            modes.add(seenAfter(one, "/api/whatsapp/mode", "{\"mode\":\"mock\"}", () -> mode(other).equals("mock")));
            if (i == 0) {
                Client.Answer simulated = other.call("POST", "/api/whatsapp/messages",
                        "{\"to\":\"+15558880000\",\"type\":\"text\",\"text\":{\"body\":\"simulated\"}}", Map.of());
                String id = Json.text(Json.read(simulated.body()), "id");
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> status(id).equals("read"));
            }
            modes.add(seenAfter(other, "/api/whatsapp/mode", "{\"mode\":\"real\"}", () -> mode(one).equals("real")));
            String previous = "previous-secret-of-the-replicas-" + i;
            settings.add(seenAfter(one, "/api/whatsapp/settings", "{\"changes\":{\"whatsapp.app-secret-previous\":\"" + previous + "\"}}",
                    () -> status(other, "{\"object\":\"whatsapp_business_account\",\"entry\":[]}", previous) == 200));
        }
        assertThat(median(modes)).as("milliseconds until the other one has the mode: %s", modes).isLessThanOrEqualTo(USUALLY);
        assertThat(median(settings)).as("milliseconds until the other one has the setting: %s", settings).isLessThanOrEqualTo(USUALLY);
    }

    /** Milliseconds from the answer to the change until it is seen. */
    private static long seenAfter(AppProcess changed, String path, String change, Callable<Boolean> seen) {
        assertThat(changed.status("PUT", path, change, Map.of())).isEqualTo(200);
        long answered = System.nanoTime();
        Awaitility.await().atMost(TAKEN_OVER).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20)).until(seen);
        return (System.nanoTime() - answered) / 1_000_000;
    }

    private static long median(List<Long> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }

    /** Webhooks that this process has worked on. */
    private static int read(AppProcess app) throws IOException {
        return Json.read(app.call("GET", "/api/whatsapp/health", null, Map.of()).body()).path("log").path("read").asInt();
    }

    private static String mode(AppProcess app) throws IOException {
        return Json.text(Json.read(app.call("GET", "/api/whatsapp/mode", null, Map.of()).body()), "mode");
    }

    private static Map<String, String> environment(GraphStub meta, EmbeddedDatabase postgres) {
        Map<String, String> environment = new HashMap<>();
        environment.put("WHATSAPP_DB_URL", postgres.url());
        environment.put("WHATSAPP_DB_USER", postgres.user());
        environment.put("WHATSAPP_DB_PASSWORD", postgres.password());
        environment.put("WHATSAPP_DB_POOL_SIZE", "12");
        environment.put("WHATSAPP_APP_SECRET", SECRET);
        environment.put("WHATSAPP_SECRET_KEY", "key-of-the-replicas");
        environment.put("WHATSAPP_VERIFY_TOKEN", "verify-token-of-the-replicas");
        environment.put("WHATSAPP_ACCESS_TOKEN", "access-token-of-the-replicas");
        environment.put("WHATSAPP_PHONE_NUMBER_ID", GraphStub.REAL_NUMBER);
        environment.put("WHATSAPP_GRAPH_BASE_URL", meta.url());
        environment.put("WHATSAPP_GRAPH_TIMEOUT", "2000");
        environment.put("WHATSAPP_GRAPH_CONNECT_TIMEOUT", "1000");
        environment.put("WHATSAPP_OUTBOUND_LEASE", "5");
        environment.put("WHATSAPP_ALLOW_LOOPBACK_GRAPH", "true");
        environment.put("WHATSAPP_OUTBOUND_RATE", Integer.toString(RATE));
        environment.put("WHATSAPP_SIMULATOR_DELAY_MS", "20");
        environment.put("WHATSAPP_SIMULATOR_STRICT_WINDOW", "false");
        return environment;
    }

    @Test
    void a_mode_is_taken_over_within_two_seconds_unless_somebody_wants_it_otherwise() throws IOException {
        assertThat(Files.readAllLines(Path.of("config/application.properties"))).as("time is left for the look itself")
                .contains("whatsapp.mode-refresh=1000");
    }

    private void webhook(AppProcess app) {
        String wamid = "wamid.REPLICA" + ++number;
        String body = """
                {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{\
                "messaging_product":"whatsapp","metadata":{"display_phone_number":"1","phone_number_id":"%s"},\
                "contacts":[{"profile":{"name":"C"},"wa_id":"1555777%04d"}],\
                "messages":[{"from":"1555777%04d","id":"%s","timestamp":"%d","type":"text","text":{"body":"n"}}]}}]}]}"""
                .formatted(GraphStub.REAL_NUMBER, number % 30, number % 30, wamid, System.currentTimeMillis() / 1000);
        assertThat(status(app, body, SECRET)).isEqualTo(200);
        wamids.add(wamid);
    }

    private static int status(AppProcess app, String body, String secret) {
        return app.status("POST", "/api/integrations/whatsapp/webhook", body,
                Map.of("X-Hub-Signature-256", SignatureVerifier.header(body.getBytes(StandardCharsets.UTF_8), secret)));
    }

    private void send(AppProcess app) throws IOException {
        String text = "send " + ++number;
        Client.Answer answer = app.call("POST", "/api/whatsapp/messages",
                "{\"to\":\"+1555888%04d\",\"type\":\"text\",\"text\":{\"body\":\"%s\"}}".formatted(number % 50, text), Map.of());
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        sends.put(text, Json.text(Json.read(answer.body()), "id"));
    }

    /** Every webhook that was acknowledged is stored once, and nothing waits in the outbox. */
    private void awaitDone() {
        Awaitility.await().atMost(Duration.ofSeconds(150)).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            assertThat(database.sql("select wamid from message where direction = 'inbound'").query(String.class).list())
                    .containsExactlyInAnyOrderElementsOf(wamids);
            assertThat(database.sql("select count(*) from outbox").query(Long.class).single()).isZero();
        });
    }

    private boolean exists(String table) {
        return database.sql("select to_regclass(?) is not null").param(table).query(Boolean.class).single();
    }

    private String status(String id) {
        return database.sql("select status from message where id = ?::bigint").param(id).query(String.class).single();
    }

    private static List<String> texts(GraphStub meta) {
        // They also ask for the number's state.
        return new ArrayList<>(meta.journal().stream().filter(call -> call.path().endsWith("/messages"))
                .map(call -> call.body().at("/text/body").asText()).toList());
    }

    private int mostInOneSecond() {
        return database.sql("""
                select max((select count(*) from send_attempt b
                            where b.started_at >= a.started_at and b.started_at < a.started_at + interval '1 second'))
                from send_attempt a""").query(Integer.class).single();
    }
}
