package helpdesk.whatsapp.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.db.EmbeddedDatabase;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TcpProxy;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The database goes and comes back; the application stays. */
class WebhookDatabaseDownTest {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private static int portOf(EmbeddedDatabase database) {
        return Integer.parseInt(database.url().replaceAll(".*:(\\d+)/.*", "$1"));
    }

    @Test
    void without_its_database_the_webhook_asks_meta_to_come_again_and_loses_nothing_that_it_took() throws IOException {
        EmbeddedDatabase database = EmbeddedDatabase.start(folder);
        try (TcpProxy proxy = new TcpProxy(portOf(database));
                TestApp app = TestApp.start(Map.of("whatsapp.db.url", "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres",
                        "whatsapp.db.user", database.user(), "whatsapp.db.password", database.password()))) {
            String before = TestApp.newWamid();
            String during = TestApp.newWamid();
            String after = TestApp.newWamid();
            assertThat(app.webhook(body(before)).status()).isEqualTo(200);

            database.close();
            TestApp.Answer answer = app.webhook(body(during));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isNotNull();
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.json().path("code").asText()).isEqualTo("log-full");

            database = EmbeddedDatabase.start(folder);
            proxy.target(portOf(database));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.webhook(body(after)).status() == 200);

            Awaitility.await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> assertThat(app.database()
                    .sql("select wamid from message where wamid in (?, ?, ?)").params(before, during, after)
                    .query(String.class).list()).containsExactlyInAnyOrderElementsOf(List.of(before, after)));
        } finally {
            database.close();
        }
    }

    private static String body(String wamid) {
        return Payloads.messages(Payloads.text("16505550100", wamid, "hello"));
    }
}
