package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.TestApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The start of a process: what stops it, and what a first one prints. */
class StartTest {

    @Test
    void a_taken_port_stops_the_start_and_says_so(@TempDir Path data) throws Exception {
        try (AppProcess first = new AppProcess(data.resolve("a"), Map.of())) {
            first.start();
            try (AppProcess second = first.onTheSamePort(data.resolve("b"))) {
                second.launch();
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.log()).contains("HTTP port").contains("CAMEL_SERVER_PORT").doesNotContain("SIGTERM").doesNotContain("is shutdown");
            }
            assertThat(first.status("GET", "/api/whatsapp/health", null, Map.of())).isEqualTo(200);
        }
    }

    @Test
    void who_asks_while_it_starts_is_told_to_try_again_and_never_that_there_is_nothing(@TempDir Path data) throws Exception {
        try (AppProcess app = new AppProcess(data, Map.of())) {
            app.start();
            app.kill();
            Set<Integer> answers = new HashSet<>();
            app.launch();
            long deadline = System.nanoTime() + Duration.ofSeconds(180).toNanos();
            while (!answers.contains(200) && System.nanoTime() < deadline) {
                answers.add(app.status("GET", "/api/whatsapp/tickets", null, Map.of("Authorization", "Bearer " + TestApp.TOKEN)));
            }
            assertThat(answers).as("0 is a port that is closed").contains(200).isSubsetOf(0, 503, 200);
        }
    }

    @Test
    void real_mode_without_its_secrets_stops_the_start_and_names_all_that_is_missing(@TempDir Path data) throws Exception {
        try (AppProcess app = new AppProcess(data, Map.of("whatsapp.mode", "real"))) {
            app.launch();
            assertThat(app.exitCode()).isEqualTo(1);
            assertThat(app.log()).contains("WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN", "WHATSAPP_ACCESS_TOKEN",
                    "WHATSAPP_PHONE_NUMBER_ID").doesNotContain("SIGTERM");
        }
    }

    @ParameterizedTest
    @CsvSource({"whatsapp.data-dir, nobody.txt/var, WHATSAPP_DATA_DIR", "camel.server.port, 80000, CAMEL_SERVER_PORT"})
    void what_cannot_be_used_is_said_in_a_line_with_the_variable(String property, String value, String variable, @TempDir Path data) throws Exception {
        Files.createFile(data.resolve("nobody.txt"));
        String wrong = value.contains("/") ? data.resolve(value).toString() : value;
        try (AppProcess app = new AppProcess(data.resolve("a"), Map.of(property, wrong))) {
            app.launch();
            assertThat(app.exitCode()).isEqualTo(1);
            assertThat(app.log()).contains("Not started. ", wrong, "set " + variable).doesNotContain("\tat ");
        }
    }

    @Test
    void a_customer_s_token_is_printed_once_and_opens_the_api(@TempDir Path data) throws Exception {
        try (AppProcess app = new AppProcess(data, Map.of("whatsapp.api-token", ""))) {
            app.launch();
            Awaitility.await().atMost(Duration.ofSeconds(180)).pollInterval(Duration.ofMillis(100))
                    .until(() -> app.log().contains("shown this once: hw_") && app.log().contains("is up at"));
            String token = app.log().replaceAll("(?s).*shown this once: (hw_[0-9a-f]+).*", "$1");
            assertThat(app.status("GET", "/api/whatsapp/tickets", null, Map.of("Authorization", "Bearer " + token)))
                    .isEqualTo(200);
            assertThat(app.status("GET", "/api/whatsapp/tickets", null, Map.of("Authorization", "Bearer " + TestApp.TOKEN)))
                    .isEqualTo(401);
        }
    }
}
