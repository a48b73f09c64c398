package helpdesk.whatsapp.db;

import static helpdesk.whatsapp.db.TestDatabases.isAlive;
import static helpdesk.whatsapp.db.TestDatabases.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {

    @TempDir
    Path temp;
    private Path home;

    @BeforeEach
    void home() throws Exception {
        home = TestDatabases.home(temp);
    }

    @AfterEach
    void giveBack() throws Exception {
        TestDatabases.giveBack(temp);
    }

    @Test
    void commits_are_durable_and_only_loopback_listens() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            assertThat(List.of("fsync", "synchronous_commit", "full_page_writes")).allSatisfy(
                    setting -> assertThat(query(database, "show " + setting)).isEqualTo("on"));
            assertThat(query(database, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(query(database, "show unix_socket_directories")).isEmpty();
            assertThat(query(database, "show max_connections")).isEqualTo("100");
            assertThat(query(database, "show idle_in_transaction_session_timeout")).isEqualTo("1min");
            assertThat(query(database, "show log_timezone")).isEqualTo("UTC");
            assertThat(query(database, "select upper('äж')")).isEqualTo("ÄЖ");
        }
    }

    @Test
    void a_setting_that_would_lose_commits_stops_the_start() throws Exception {
        long pid;
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            query(database, "alter role helpdesk set synchronous_commit = off");
            pid = database.postmasterPid();
        }
        assertThatThrownBy(() -> EmbeddedDatabase.start(home)).isInstanceOf(DatabaseStartException.class)
                .hasMessageContaining("synchronous_commit is off");
        assertThat(isAlive(pid)).isFalse();
        assertThat(home.resolve("pgdata/postmaster.pid")).as("stopped again").doesNotExist();
    }

    @Test
    void rows_survive_a_restart_and_close_stops_the_server() throws Exception {
        long pid;
        String password;
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            query(database, "create table kept as select 42 as answer");
            pid = database.postmasterPid();
            password = database.password();
            assertThat(isAlive(pid)).isTrue();
        }
        assertThat(isAlive(pid)).isFalse();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            assertThat(query(database, "select answer from kept")).isEqualTo("42");
            assertThat(database.password()).isEqualTo(password);
        }
    }

    @Test
    void only_the_password_opens_it() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            assertThatThrownBy(() -> DriverManager.getConnection(database.url(), database.user(), "postgres"))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
            assertThatThrownBy(() -> DriverManager.getConnection(database.url(), "postgres", "")).isInstanceOf(SQLException.class);
            assertThat(query(database, "select string_agg(distinct auth_method, ',') from pg_hba_file_rules")).isEqualTo("scram-sha-256");
            assertThat(query(database, "select left(rolpassword, 14) from pg_authid where rolname = 'helpdesk'")).isEqualTo("SCRAM-SHA-256$");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("pg-password")))).isEqualTo("rw-------");
            assertThat(Files.readString(home.resolve("pg-password")).strip()).isEqualTo(database.password()).hasSize(32);
        }
    }

    @Test
    void a_lost_or_foreign_password_file_is_named() throws Exception {
        EmbeddedDatabase.start(home).close();
        Files.writeString(home.resolve("pg-password"), "something-else");
        assertThatThrownBy(() -> EmbeddedDatabase.start(home)).hasMessageContaining("pg-password does not belong");
        Files.delete(home.resolve("pg-password"));
        assertThatThrownBy(() -> EmbeddedDatabase.start(home)).hasMessageContaining("put the file").hasMessageContaining("pg-password");
        assertThat(home.resolve("pgdata/postmaster.pid")).doesNotExist();
    }

    @Test
    void an_orphan_of_a_killed_process_is_stopped_and_the_rows_are_there() throws Exception {
        long orphan;
        try (DatabaseProcess second = DatabaseProcess.start(home)) {
            DatabaseProcess.Ready ready = second.awaitReady();
            orphan = ready.postmasterPid();
            try (var connection = DriverManager.getConnection(ready.url(), ready.user(), ready.password())) {
                query(connection, "create table kept as select n from generate_series(1, 1000) n");
            }
            second.kill();
        }
        assertThat(isAlive(orphan)).as("kill -9 of the JVM leaves PostgreSQL running").isTrue();

        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            assertThat(isAlive(orphan)).isFalse();
            assertThat(database.postmasterPid()).isNotEqualTo(orphan);
            assertThat(query(database, "select count(*) from kept")).isEqualTo("1000");
        }
    }

    @Test
    void rows_are_there_after_everything_was_killed() throws Exception {
        try (DatabaseProcess second = DatabaseProcess.start(home)) {
            DatabaseProcess.Ready ready = second.awaitReady();
            try (var connection = DriverManager.getConnection(ready.url(), ready.user(), ready.password())) {
                query(connection, "create table kept as select n from generate_series(1, 1000) n");
            }
            ProcessHandle server = ProcessHandle.of(ready.postmasterPid()).orElseThrow();
            second.kill();
            server.destroyForcibly();
            await().atMost(Duration.ofSeconds(30)).until(() -> !isAlive(ready.postmasterPid()));
        }
        assertThat(home.resolve("pgdata/postmaster.pid")).as("a stale file").exists();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            assertThat(query(database, "select count(*) from kept")).isEqualTo("1000");
        }
    }

    @Test
    void a_session_that_outlives_its_killed_server_is_waited_for() throws Exception {
        try (DatabaseProcess second = DatabaseProcess.start(home)) {
            DatabaseProcess.Ready ready = second.awaitReady();
            Connection connection = DriverManager.getConnection(ready.url(), ready.user(), ready.password());
            ProcessHandle session = ProcessHandle.of(Long.parseLong(query(connection, "select pg_backend_pid()"))).orElseThrow();
            assertThat(new ProcessBuilder("kill", "-STOP", String.valueOf(session.pid())).start().waitFor()).isZero();      // busy with something
            try {
                second.kill();
                ProcessHandle.of(ready.postmasterPid()).orElseThrow().destroyForcibly();
                await().atMost(Duration.ofSeconds(30)).until(() -> !isAlive(ready.postmasterPid()));
                CompletableFuture<EmbeddedDatabase> starting = CompletableFuture.supplyAsync(() -> EmbeddedDatabase.start(home));
                await().atMost(Duration.ofSeconds(30)).until(() -> Files.readString(home.resolve("postgresql.log")).contains("pre-existing shared memory block"));
                session.destroyForcibly();
                try (EmbeddedDatabase database = starting.get(60, TimeUnit.SECONDS)) {
                    assertThat(query(database, "select 1")).isEqualTo("1");
                }
            } finally {
                session.destroyForcibly();
            }
        }
    }

    @Test
    void a_pid_file_of_a_process_that_is_gone_does_not_hinder_the_start() throws Exception {
        EmbeddedDatabase.start(home).close();
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        writePidFile(gone.pid());
        EmbeddedDatabase.start(home).close();
    }

    @Test
    void a_torn_pid_file_does_not_hinder_the_start() throws Exception {
        EmbeddedDatabase.start(home).close();
        Files.createFile(home.resolve("pgdata/postmaster.pid"));
        EmbeddedDatabase.start(home).close();
    }

    @Test
    void a_foreign_process_with_the_noted_number_is_not_killed() throws Exception {
        EmbeddedDatabase.start(home).close();
        Process foreign = new ProcessBuilder("sleep", "300").start();
        try {
            writePidFile(foreign.pid());
            try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
                assertThat(query(database, "select 1")).isEqualTo("1");
            }
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly();
        }
    }

    private void writePidFile(long pid) throws Exception {
        Files.write(home.resolve("pgdata/postmaster.pid"),
                List.of(String.valueOf(pid), home.toRealPath().resolve("pgdata").toString(), "1700000000", "5432", "", "127.0.0.1",
                        "  1234567         0", "ready   "));
    }

    @Test
    void a_second_instance_on_the_same_directory_is_refused_and_the_first_lives_on() throws Exception {
        try (DatabaseProcess first = DatabaseProcess.start(home)) {
            DatabaseProcess.Ready ready = first.awaitReady();
            assertThatThrownBy(() -> EmbeddedDatabase.start(home)).isInstanceOf(DatabaseStartException.class)
                    .hasMessageContaining("in use by another running instance (process " + first.pid() + ")")
                    .hasMessageContaining("WHATSAPP_DATA_DIR");
            assertThat(isAlive(ready.postmasterPid())).isTrue();
            try (var connection = DriverManager.getConnection(ready.url(), ready.user(), ready.password())) {
                assertThat(query(connection, "select 1")).isEqualTo("1");
            }
            first.tell("exit");
            assertThat(first.awaitEnd()).isZero();
        }
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            assertThatThrownBy(() -> EmbeddedDatabase.start(home)).hasMessageContaining("this process");
            try (DatabaseProcess second = DatabaseProcess.start(home)) {
                assertThat(second.awaitLine("FAILED")).as("the refusal within the process has not dropped the lock").contains("in use");
            }
            assertThat(query(database, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void data_of_another_major_version_is_refused_with_the_way_out() throws Exception {
        Files.createDirectories(home.resolve("pgdata"));
        Files.writeString(home.resolve("pgdata/PG_VERSION"), "14\n");
        assertThatThrownBy(() -> EmbeddedDatabase.start(home)).isInstanceOf(DatabaseStartException.class)
                .hasMessageContaining("PostgreSQL 14").hasMessageContaining("PostgreSQL 17")
                .hasMessageContaining("dump with the old version, restore with the new one");
        assertThat(home.resolve("pgdata/PG_VERSION")).hasContent("14");
    }

    @Test
    void old_data_is_not_swept_by_a_start() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            query(database, "create table kept as select 42 as answer");
        }
        FileTime lastYear = FileTime.from(Instant.now().minus(Duration.ofDays(365)));
        for (Path directory : List.of(home.resolve("pgdata"), home.resolve("media"), home)) {
            Files.createDirectories(directory);
            Files.setLastModifiedTime(Files.write(directory.resolve("epg-lock"), new byte[0]), lastYear);
            Files.setLastModifiedTime(directory, lastYear);
        }
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            assertThat(query(database, "select answer from kept")).isEqualTo("42");
        }
        assertThat(home.resolve("media")).exists();
    }

    @Test
    void a_first_start_killed_half_way_is_begun_anew() throws Exception {
        try (DatabaseProcess second = DatabaseProcess.start(home)) {
            await().pollInterval(Duration.ofMillis(2)).pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(30))
                    .until(() -> entries("pgdata.new").anyMatch(created -> Files.exists(created.resolve("postgresql.conf"))));
            second.kill();
        }
        assertThat(home.resolve("pgdata")).doesNotExist();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            assertThat(query(database, "select 1")).isEqualTo("1");
        }
        assertThat(home.resolve("pgdata")).exists();
    }

    private Stream<Path> entries(String prefix) throws Exception {
        try (Stream<Path> files = Files.list(home)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList().stream();
        }
    }

    @Test
    void a_directory_with_something_else_in_it_is_left_alone() throws Exception {
        Files.createDirectories(home.resolve("pgdata"));
        Files.writeString(home.resolve("pgdata/holiday.txt"), "photos");
        assertThatThrownBy(() -> EmbeddedDatabase.start(home)).hasMessageContaining("neither empty nor a PostgreSQL data directory");
        assertThat(home.resolve("pgdata/holiday.txt")).exists();
    }

    @Test
    void the_end_of_the_jvm_during_the_start_of_the_application_stops_it() throws Exception {
        try (DatabaseProcess second = DatabaseProcess.start(home)) {
            long pid = second.awaitReady().postmasterPid();
            second.tell("exit");
            assertThat(second.awaitEnd()).isZero();
            assertThat(isAlive(pid)).isFalse();
        }
    }

    @Test
    void after_the_start_of_the_application_only_close_stops_it() throws Exception {
        try (DatabaseProcess second = DatabaseProcess.start(home)) {
            long pid = second.awaitReady().postmasterPid();
            second.tell("keep");
            second.awaitLine("KEPT");
            second.tell("close");
            second.awaitLine("CLOSED");
            assertThat(isAlive(pid)).isFalse();
        }
        try (DatabaseProcess second = DatabaseProcess.start(home)) {
            long pid = second.awaitReady().postmasterPid();
            second.tell("keep");
            second.awaitLine("KEPT");
            second.tell("exit");
            second.awaitEnd();
            assertThat(isAlive(pid)).as("no hook of ours ran before the application's own").isTrue();
        }
        EmbeddedDatabase.start(home).close();
        assertThat(home.resolve("pgdata/postmaster.pid")).doesNotExist();
    }
}
