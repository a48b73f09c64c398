package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.db.TestServer;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody leaves a transaction open: what it does not lock goes on, what it does lock waits without holding up others, and goes on
 * when it has ended. (The instance waits half a second for a lock.)
 */
@Timeout(600)
class ForeignTransactionTest {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder;
    private static TestServer server;
    private static AppRun run;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(folder);
        run = new AppRun(server.properties(server.port(), ""));
    }

    @AfterAll
    static void stop() throws Exception {
        run.close();
        server.close();
    }

    private static Connection open(String sql, Object... parameters) throws SQLException {
        Connection connection = server.connect();
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.execute();
        }
        return connection;
    }

    private static void assertThatLoadComesThrough() throws InterruptedException {
        run.underLoad().awaitProgress(30);
        run.assertThatAllIsRight();
    }

    /** Two customers in different lanes of the log, both known. */
    private record Pair(String one, String other, int laneOfOne) {

        static Pair ofDifferentLanes() {
            String one = TestApp.newCustomer();
            int lane = laneOf(one);
            String other = TestApp.newCustomer();
            while (laneOf(other) == lane) {
                other = TestApp.newCustomer();
            }
            return new Pair(one, other, lane);
        }

        private static int laneOf(String customer) {
            String wamid = run.write(customer);
            run.awaitStored(wamid);
            return run.laneOf(wamid);
        }
    }

    @Test
    void a_snapshot_that_stays_open_is_in_nobodys_way() throws Exception {
        try (Connection snapshot = server.connect()) {
            snapshot.setAutoCommit(false);
            snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (PreparedStatement look = snapshot.prepareStatement("select count(*), pg_current_xact_id() from message")) {
                look.execute();
            }
            assertThatLoadComesThrough();
        }
    }

    @Test
    void a_locked_contact_holds_up_its_own_lane_only() throws Exception {
        Pair customers = Pair.ofDifferentLanes();
        String waits;
        try (Connection somebody = open("select id from contact where wa_id = ? for update", customers.one())) {
            waits = run.write(customers.one());
            run.awaitStored(run.write(customers.other()), run.write(customers.other()));
            assertThat(run.isStored(waits)).isFalse();
        }
        run.awaitStored(waits);
        assertThatLoadComesThrough();
    }

    @Test
    void a_send_to_a_locked_contact_is_answered_503_and_others_go_out() throws Exception {
        Pair customers = Pair.ofDifferentLanes();
        try (Connection somebody = open("select id from contact where wa_id = ? for update", customers.one())) {
            assertThat(run.send(customers.one(), "to the locked " + customers.one())).isEqualTo(503);
            assertThat(run.send(customers.other(), "to the other " + customers.other())).isEqualTo(202);
        }
        assertThat(run.send(customers.one(), "to the free " + customers.one())).isEqualTo(202);
        assertThatLoadComesThrough();
    }

    @Test
    void a_locked_lane_holds_up_itself_only() throws Exception {
        Pair customers = Pair.ofDifferentLanes();
        String waits;
        try (Connection somebody = open("select lane from lane_offset where topic = 'webhook' and lane = ? for update", customers.laneOfOne())) {
            waits = run.write(customers.one());
            run.awaitStored(run.write(customers.other()), run.write(customers.other()));
            assertThat(run.isStored(waits)).isFalse();
        }
        run.awaitStored(waits);
        assertThatLoadComesThrough();
    }

    @Test
    void a_locked_head_of_the_webhook_log_asks_meta_to_come_again_and_holds_up_nothing_else() throws Exception {
        Pair customers = Pair.ofDifferentLanes();
        try (Connection somebody = open("select pos from log_head where topic = 'webhook' for update")) {
            assertThat(run.tryToWrite(customers.one())).isEqualTo(503);
            assertThat(run.send(customers.other(), "beside the head " + customers.other())).isEqualTo(202);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> run.app().database()
                    .sql("select count(*) from message where text = ? and status not in ('queued', 'sending')")
                    .param("beside the head " + customers.other()).query(Long.class).single() == 1);
        }
        run.awaitStored(run.write(customers.one()));
        assertThatLoadComesThrough();
    }

    @Test
    void a_locked_head_of_the_events_holds_up_what_is_stored_but_nothing_that_comes_in() throws Exception {
        Pair customers = Pair.ofDifferentLanes();
        String one;
        String other;
        try (Connection somebody = open("select pos from log_head where topic = 'events' for update")) {
            one = run.write(customers.one());
            other = run.write(customers.other());
            assertThat(run.isStored(one) || run.isStored(other)).isFalse();
        }
        run.awaitStored(one, other);
        assertThatLoadComesThrough();
    }
}
