package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.db.TestServer;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TcpProxy;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A webhook is committed and its writer never hears of it: Meta is asked to come again, and what comes again is known. */
@Timeout(300)
class UnknownCommitTest {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void a_commit_whose_answer_is_lost_is_503_and_its_repeat_a_duplicate() throws Exception {
        try (TestServer server = TestServer.start(folder); TcpProxy proxy = new TcpProxy(server.port())) {
            server.prepare();
            Map<String, String> properties = new HashMap<>(server.properties(proxy.port(), "?socketTimeout=6"));
            properties.put("whatsapp.db.lock-timeout", "60000");
            try (TestApp app = TestApp.start(properties); Connection look = server.connect()) {
                String wamid = TestApp.newWamid();
                String body = Payloads.messages(Payloads.text(TestApp.newCustomer(), wamid, "hello"));
                CompletableFuture<TestApp.Answer> first;
                try (Connection somebody = server.connect()) {
                    somebody.setAutoCommit(false);
                    somebody.createStatement().execute("select pos from log_head where topic = 'webhook' for update");
                    first = CompletableFuture.supplyAsync(() -> app.webhook(body));
                    Awaitility.await().atMost(Duration.ofSeconds(20)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> number(look,
                            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%update log_head%webhook_log%'") == 1);
                    proxy.halfOpen();
                    somebody.rollback();
                }
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> number(look, "select count(*) from webhook_log") == 1);

                TestApp.Answer answer = first.get(60, TimeUnit.SECONDS);
                assertThat(answer.status()).as(answer.text()).isEqualTo(503);
                assertThat(answer.header("Retry-After")).isNotNull();

                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> app.webhook(body).status() == 200);
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() ->
                        number(look, "select count(*) from item_outcome") == number(look, "select count(*) from webhook_log"));
                assertThat(number(look, "select count(*) from item_outcome where outcome = 'duplicate'")).as("the repeat")
                        .isPositive().isEqualTo(number(look, "select count(*) - 1 from item_outcome"));
                assertThat(number(look, "select count(*) from message where wamid = '" + wamid + "'")).isEqualTo(1);
                assertThat(number(look, "select sum(unread_count) from ticket")).as("unread messages").isEqualTo(1);
            }
        }
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (ResultSet row = connection.createStatement().executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
