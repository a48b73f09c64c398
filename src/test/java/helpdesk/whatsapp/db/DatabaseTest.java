package helpdesk.whatsapp.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.SaidLog;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import javax.sql.DataSource;
import java.util.List;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DatabaseTest {

    @TempDir
    Path temp;

    @AfterEach
    void giveBack() throws Exception {
        TestDatabases.giveBack(temp);
    }

    @Test
    void without_a_url_it_is_the_embedded_one_and_close_stops_pool_and_server() throws Exception {
        Database database = Database.open(new Database.Config(null, null, null, TestDatabases.home(temp), 3, Database.Limits.DEFAULT));
        long pid = Long.parseLong(Files.readAllLines(temp.resolve("var/pgdata/postmaster.pid")).get(0).strip());
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(TestDatabases.query(connection, "show application_name")).isEqualTo("helpdesk-whatsapp");
        }
        assertThat(database.dataSource().getMaximumPoolSize()).isEqualTo(3);
        database.close();
        assertThat(TestDatabases.isAlive(pid)).isFalse();
        assertThat(database.dataSource().isClosed()).isTrue();
    }

    @Test
    void with_a_url_it_is_that_one_and_a_stopped_server_gives_quick_errors() throws Exception {
        EmbeddedDatabase server = EmbeddedDatabase.start(TestDatabases.home(temp));
        try (Database database = Database.open(external(server.url(), server, server.password(), Duration.ofSeconds(10)))) {
            try (Connection connection = database.dataSource().getConnection()) {
                assertThat(TestDatabases.query(connection, "select 42")).isEqualTo("42");
            }
            server.close();
            Instant begin = Instant.now();
            assertThatThrownBy(() -> use(database)).isInstanceOf(SQLException.class);
            assertThat(Duration.between(begin, Instant.now())).as("and not after the 30 seconds of a pool that knows nothing else").isLessThan(Duration.ofSeconds(25));
        } finally {
            server.close();
        }
    }

    @Test
    void a_commit_waits_for_the_disk_whatever_the_server_says() throws Exception {
        try (EmbeddedDatabase server = EmbeddedDatabase.start(TestDatabases.home(temp))) {
            try (Connection admin = DriverManager.getConnection(server.url(), server.user(), server.password())) {
                admin.createStatement().execute("alter database postgres set synchronous_commit = off");
            }
            try (Database database = Database.open(external(server.url(), server, server.password(), Duration.ofSeconds(10)))) {
                for (DataSource pool : List.of(database.dataSource(), database.logDataSource())) {
                    try (Connection connection = pool.getConnection()) {
                        assertThat(TestDatabases.query(connection, "show synchronous_commit")).isEqualTo("on");
                    }
                }
            }
        }
    }

    @Test
    void a_commit_goes_on_to_wait_for_the_disk_when_the_server_reads_other_settings() throws Exception {
        try (TestServer server = TestServer.start(temp)) {
            server.restartWith("log_min_messages=warning");     // nothing of the disk: the file decides
            try (Database database = server.open(); Connection connection = database.dataSource().getConnection();
                    Connection admin = server.connect()) {
                for (String change : List.of("alter system set synchronous_commit = off", "alter system set log_min_duration_statement = 123456",
                        "select pg_reload_conf()")) {
                    TestDatabases.query(admin, change);
                }
                for (Connection session : List.of(admin, connection)) {
                    Awaitility.await("the server's new settings").atMost(Duration.ofSeconds(30)).until(() -> TestDatabases.query(session,
                            "select setting from pg_settings where name = 'log_min_duration_statement'").equals("123456"));
                }

                assertThat(TestDatabases.query(admin, "show synchronous_commit")).isEqualTo("off");
                assertThat(TestDatabases.query(connection, "show synchronous_commit")).isEqualTo("on");
            }
        }
    }

    @Test
    void a_server_that_does_not_wait_for_its_disk_at_all_is_warned_of() throws Exception {
        try (TestServer server = TestServer.start(temp); SaidLog log = SaidLog.of(Database.class)) {
            server.open().close();
            assertThat(log.lines(Level.WARN)).isEmpty();
            server.restartWith("fsync=off");

            server.open().close();
            assertThat(log.lines(Level.WARN)).singleElement().asString().contains("fsync = off").contains("acknowledged");
        }
    }

    @Test
    void what_nobody_waits_for_any_more_is_ended_by_the_server_but_a_migration_may_take_its_time() throws Exception {
        try (EmbeddedDatabase server = EmbeddedDatabase.start(TestDatabases.home(temp))) {
            assertStatementTimeouts(server, "", "55s", "9s");
            assertStatementTimeouts(server, "?socketTimeout=20", "18s", "18s");
        }
    }

    private static void assertStatementTimeouts(EmbeddedDatabase server, String options, String pool, String log) throws SQLException {
        try (Database database = Database.open(external(server.url() + options, server, server.password(), Duration.ofSeconds(10)));
                Connection ofPool = database.dataSource().getConnection(); Connection ofLog = database.logDataSource().getConnection();
                Connection ofMigrations = database.unpooled().getConnection()) {
            assertThat(TestDatabases.query(ofPool, "show statement_timeout")).isEqualTo(pool);
            assertThat(TestDatabases.query(ofLog, "show statement_timeout")).isEqualTo(log);
            assertThat(TestDatabases.query(ofMigrations, "show statement_timeout")).isEqualTo("0");
        }
    }

    @Test
    void a_server_that_is_down_is_waited_for_in_bounds_and_then_named() throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + Ports.free() + "/helpdesk";
        Instant begin = Instant.now();
        assertThatThrownBy(() -> Database.open(new Database.Config(url, "u", "hidden-word", null, 2, Duration.ofSeconds(2), Database.Limits.DEFAULT)))
                .isInstanceOf(DatabaseStartException.class).hasMessageContaining("127.0.0.1").hasMessageContaining("/helpdesk")
                .hasMessageContaining("WHATSAPP_DB_URL").hasMessageNotContaining("hidden-word");
        assertThat(Duration.between(begin, Instant.now())).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(30));
    }

    @Test
    void a_server_that_comes_up_late_is_found() throws Exception {
        int port = Ports.free();
        try (EmbeddedDatabase server = EmbeddedDatabase.start(TestDatabases.home(temp))) {
            CompletableFuture<Database> opening = CompletableFuture.supplyAsync(() -> Database.open(external(
                    "jdbc:postgresql://127.0.0.1:" + port + "/postgres", server, server.password(), Duration.ofSeconds(60))));
            assertThatThrownBy(() -> opening.get(1500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            try (Relay relay = new Relay(port, URI.create(server.url().substring("jdbc:".length())).getPort());
                    Database database = opening.get(60, TimeUnit.SECONDS);
                    Connection connection = database.dataSource().getConnection()) {
                assertThat(TestDatabases.query(connection, "select 42")).isEqualTo("42");
            }
        }
    }

    @Test
    void a_wrong_password_is_said_at_once() throws Exception {
        try (EmbeddedDatabase server = EmbeddedDatabase.start(TestDatabases.home(temp))) {
            Instant begin = Instant.now();
            assertThatThrownBy(() -> Database.open(external(server.url(), server, "wrong", Duration.ofSeconds(60))))
                    .isInstanceOf(DatabaseStartException.class).hasMessageContaining("WHATSAPP_DB_PASSWORD");
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(40));
        }
    }

    @Test
    void a_url_of_another_kind_is_refused_and_a_password_is_not_printed() {
        Database.Config config = new Database.Config("jdbc:mysql://host/db", "u", "hidden-word", null, 2, Database.Limits.DEFAULT);
        assertThatThrownBy(() -> Database.open(config)).hasMessageContaining("jdbc:postgresql://host:5432/database");
        assertThat(config.toString()).doesNotContain("hidden-word");
    }

    private static String use(Database database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return TestDatabases.query(connection, "select 1");
        }
    }

    private static Database.Config external(String url, EmbeddedDatabase server, String password, Duration startTimeout) {
        return new Database.Config(url, server.user(), password, null, 2, startTimeout, Database.Limits.DEFAULT);
    }

    /** A port that leads to the server: what is up late in the test. */
    private static final class Relay implements AutoCloseable {

        private final ServerSocket listener;

        Relay(int port, int target) throws Exception {
            listener = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1"));
            daemon(() -> {
                while (true) {
                    Socket client = listener.accept();
                    Socket server = new Socket("127.0.0.1", target);
                    daemon(() -> client.getInputStream().transferTo(server.getOutputStream()), client, server);
                    daemon(() -> server.getInputStream().transferTo(client.getOutputStream()), client, server);
                }
            });
        }

        private interface Work {
            void run() throws Exception;
        }

        private static void daemon(Work work, Socket... closedAfterwards) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (Exception e) {
                    // the end of the connection or of the relay
                } finally {
                    for (Socket socket : closedAfterwards) {
                        closeQuietly(socket);
                    }
                }
            }, "relay");
            thread.setDaemon(true);
            thread.start();
        }

        private static void closeQuietly(Socket socket) {
            try {
                socket.close();
            } catch (java.io.IOException e) {
                // closed already
            }
        }

        @Override
        public void close() throws Exception {
            listener.close();
        }
    }
}
