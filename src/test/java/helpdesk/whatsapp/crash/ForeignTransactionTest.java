package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.db.TestServer;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        Map<String, String> properties = new HashMap<>(server.properties(server.port(), ""));
        properties.put("whatsapp.graph.timeout", "3000");       // time enough to lock what is under way
        run = new AppRun(properties);
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

    /** The second is what any update of a contact holds. */
    @ParameterizedTest
    @ValueSource(strings = {"for update", "for no key update", "for share"})
    void a_locked_contact_holds_up_its_own_lane_only(String lock) throws Exception {
        Pair customers = Pair.ofDifferentLanes();
        String waits;
        try (Connection somebody = open("select id from contact where wa_id = ? " + lock, customers.one())) {
            waits = run.write(customers.one());
            run.awaitStored(run.write(customers.other()), run.write(customers.other()));
            assertThat(run.isStored(waits)).isFalse();
        }
        run.awaitStored(waits);
        assertThatLoadComesThrough();
    }

    @Test
    void a_contact_that_somebodys_new_row_refers_to_waits_for_nobody() throws Exception {
        String customer = TestApp.newCustomer();
        run.awaitStored(run.write(customer));
        try (Connection somebody = open("select id from contact where wa_id = ? for key share", customer)) {
            run.awaitStored(run.write(customer));
            assertThat(run.send(customer, "to the one referred to " + customer)).isEqualTo(202);
        }
        assertThatLoadComesThrough();
    }

    @Test
    void a_send_to_a_locked_contact_is_answered_503_and_others_go_out() throws Exception {
        Pair customers = Pair.ofDifferentLanes();
        try (Connection somebody = open("select id from contact where wa_id = ? for update", customers.one())) {
            assertThat(run.send(customers.one(), "to the locked " + customers.one())).isEqualTo(503);
            assertThat(run.send(customers.other(), "to the other " + customers.other())).isEqualTo(202);
            somebody.rollback();        // the end of a session alone is not waited for
        }
        assertThat(run.send(customers.one(), "to the free " + customers.one())).isEqualTo(202);
        assertThatLoadComesThrough();
    }

    /** Sends to new customers; returns their texts. */
    private static List<String> send(String what, List<String> customers) throws IOException {
        List<String> texts = new ArrayList<>();
        for (String customer : customers) {
            texts.add(what + " " + customer);
            assertThat(run.send(customer, what + " " + customer)).isEqualTo(202);
        }
        return texts;
    }

    private static List<String> newCustomers(int count) {
        return Stream.generate(TestApp::newCustomer).limit(count).toList();
    }

    private static Connection lockMessages(List<String> texts) throws SQLException {
        return open("select id from message where text = any (?) for update", (Object) texts.toArray(String[]::new));
    }

    @Test
    void a_locked_message_of_a_send_under_way_holds_up_its_own_end_only() throws Exception {
        List<String> customers = newCustomers(4);
        CountDownLatch answered = new CountDownLatch(1);
        run.meta().holdBack(customers, answered);
        List<String> texts;
        try (Connection mode = open("select value from setting where key = 'whatsapp.mode' for update")) {     // all begin at once: a call waits 3 s
            texts = send("under way", customers);
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5)).until(() -> run.count(texts, "sending") == texts.size());
        List<String> waits = texts.subList(0, 3);
        List<String> waitsLess = texts.subList(3, 4);
        try (Connection somebody = lockMessages(waits)) {
            try (Connection another = lockMessages(waitsLess)) {
                answered.countDown();
                List<String> others = send("beside the locked", newCustomers(20));
                run.awaitEnded(others);
                assertThat(slowest(others)).as("seconds until the end of one that nobody has locked").isLessThan(15);
                // By then nobody tries any more to record the ends that have to wait: they become unknown.
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> run.app().database().sql("""
                        select count(*) from send_attempt a join message m on m.id = a.message_id
                        where m.text in (:texts) and a.started_at > now() - interval '15 seconds'""").param("texts", texts).query(Long.class).single() == 0);
                assertThat(run.count(texts, "sending")).isEqualTo(texts.size());
            }
            run.awaitEnded(waitsLess);
            assertThat(run.count(waits, "sending")).isEqualTo(waits.size());
        }
        run.awaitEnded(waits);
        assertThatLoadComesThrough();
    }

    private static int slowest(List<String> texts) {
        return run.app().database().sql("""
                select ceil(max(extract(epoch from a.finished_at - a.started_at))) from send_attempt a join message m on m.id = a.message_id
                where m.text in (:texts)""").param("texts", texts).query(Integer.class).single();
    }

    @Test
    void a_locked_message_that_waits_to_be_sent_is_left_out_and_goes_when_it_is_free() throws Exception {
        List<String> waits;
        Connection somebody;
        try (Connection mode = open("select value from setting where key = 'whatsapp.mode' for update")) {     // nothing is claimed meanwhile
            waits = send("locked before its turn", newCustomers(1));
            somebody = lockMessages(waits);
        }
        try (somebody) {
            run.awaitEnded(send("after the locked", newCustomers(5)));
            assertThat(run.count(waits, "queued")).isEqualTo(1);
        }
        run.awaitEnded(waits);
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
            somebody.rollback();        // the end of a session alone is not waited for
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
