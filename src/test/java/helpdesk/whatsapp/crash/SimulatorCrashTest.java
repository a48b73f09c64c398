package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Mock mode: product and simulator die together; the simulator took what it was sent, and calls back what it owes after the start. */
@Timeout(600)
class SimulatorCrashTest {

    private static final int KILLS = 2;
    private static final Pattern ATTEMPT = Pattern.compile("biz_opaque_callback_data\\\\?\":\\s*\\\\?\"([0-9a-f-]{36})");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void after_kills_each_send_was_simulated_once_and_is_read_or_unknown() throws Exception {
        Truth truth = new Truth();
        try (AppProcess app = new AppProcess(folder.resolve("data"), Map.of("whatsapp.simulator.delay-ms", "50", "whatsapp.outbound.rate", "1000",
                "whatsapp.outbound.workers", "8", "whatsapp.simulator.throughput", "1000", "whatsapp.simulator.strict.pair", "false",
                "whatsapp.simulator.strict.window", "false"))) {
            app.start();
            Load load = new Load(app, TestApp.NUMBER, "mock-app-secret", truth, System.nanoTime());
            load.start(1, 3);
            for (int kill = 0; kill < KILLS; kill++) {
                int enough = truth.progress.get() + 40;
                Awaitility.await().atMost(Duration.ofSeconds(150)).pollInterval(Duration.ofMillis(5)).until(() -> truth.progress.get() >= enough);
                app.kill();
                app.start();
            }
            load.stop();
            JdbcClient database = app.postmaster().database();
            Awaitility.await().atMost(Duration.ofSeconds(150)).ignoreException(IOException.class).until(() -> isQuiet(app, database));

            assertThat(truth.contradictions).isEmpty();
            assertSends(truth, database);
            assertThat(database.sql("select wamid from message where direction = 'inbound'").query(String.class).list())
                    .containsAll(Truth.acknowledged(truth.messages)).doesNotHaveDuplicates();
            assertThat(health(app).at("/ledgers/balanced").asBoolean()).isTrue();
            assertThat(database.sql("select count(*) from dead_letter").query(Long.class).single()).isZero();
            assertThat(simulatedAttempts()).doesNotHaveDuplicates().isNotEmpty();
        }
    }

    private static boolean isQuiet(AppProcess app, JdbcClient database) throws IOException {
        return health(app).at("/outbox/waiting").asLong(-1) == 0 && database.sql("""
                select (select count(*) from simulator_callback) + (select count(*) from send_attempt where state = 'sending')""")
                .query(Long.class).single() == 0 && health(app).at("/log/pending").asLong(-1) == 0;
    }

    private static JsonNode health(AppProcess app) throws IOException {
        return Json.read(app.call("GET", "/api/whatsapp/health", null, Map.of()).body());
    }

    private static void assertSends(Truth truth, JdbcClient database) {
        Map<String, String> statuses = database.sql("select text, status from message where direction = 'outbound' and reply_rule is null")
                .query((row, n) -> Map.entry(row.getString(1), row.getString(2))).list().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));         // fails on a text that is there twice
        Set<String> acknowledged = truth.sends.entrySet().stream().filter(send -> send.getValue().fate() == Truth.Fate.ACKNOWLEDGED)
                .map(Map.Entry::getKey).collect(Collectors.toSet());
        assertThat(statuses.keySet()).containsAll(acknowledged);
        assertThat(statuses.values()).isSubsetOf("read", "unknown");
        Map<String, Long> counts = statuses.values().stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(counts.getOrDefault("read", 0L)).isGreaterThan(counts.getOrDefault("unknown", 0L));
    }

    // The last lines before a kill may be missing: they are written in batches.
    private List<String> simulatedAttempts() throws IOException {
        return Files.readAllLines(folder.resolve("data/simulator/journal.jsonl")).stream()
                .filter(line -> line.contains("/messages\"") && line.contains("\"POST\"")).map(ATTEMPT::matcher).filter(Matcher::find)
                .map(found -> found.group(1)).toList();
    }
}
