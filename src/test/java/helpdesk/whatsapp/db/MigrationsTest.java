package helpdesk.whatsapp.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class MigrationsTest {

    @TempDir
    static Path data;
    private static Database database;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = Database.open(new Database.Config("", "", "", TestDatabases.home(data), 4, Database.Limits.DEFAULT));
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
        TestDatabases.giveBack(data);
    }

    @BeforeEach
    void clean() throws Exception {
        sql("drop schema public cascade; create schema public");
    }

    private static String sql(String sql) throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            return TestDatabases.query(connection, sql);
        }
    }

    private void migration(String name, String sql) throws Exception {
        Files.writeString(folder.resolve(name), sql);
    }

    @Test
    void each_migration_is_applied_once_in_order() throws Exception {
        migration("V001__things.sql", "create table thing(id int primary key);");
        migration("V002__first.sql", "insert into thing values (1);");
        assertThat(Migrations.run(database.unpooled(), folder)).isEqualTo(2);
        assertThat(Migrations.run(database.unpooled(), folder)).isZero();
        assertThat(sql("select count(*) from thing")).isEqualTo("1");
    }

    @Test
    void several_instances_at_once_apply_it_once() throws Exception {
        migration("V001__things.sql", "create table thing(id int); insert into thing values (1); select pg_sleep(0.3);");
        ExecutorService instances = Executors.newFixedThreadPool(3);
        try {
            Callable<Integer> start = () -> Migrations.run(database.unpooled(), folder);
            int applied = 0;
            for (Future<Integer> done : instances.invokeAll(List.of(start, start, start))) {
                applied += done.get();
            }
            assertThat(applied).isEqualTo(1);
            assertThat(sql("select count(*) from thing")).isEqualTo("1");
        } finally {
            instances.shutdownNow();
        }
    }

    @Test
    void an_index_may_be_created_concurrently() throws Exception {
        migration("V001__things.sql", "create table thing(id int);");
        migration("V002__index.sql", "create index concurrently thing_id on thing(id);");
        migration("V002__index.sql.conf", "executeInTransaction=false\n");
        assertThat(Migrations.run(database.unpooled(), folder)).isEqualTo(2);
        assertThat(sql("select indisvalid from pg_index where indexrelid = 'thing_id'::regclass")).isEqualTo("t");
    }

    @Test
    void a_migration_that_fails_leaves_nothing_behind_and_stops_the_start() throws Exception {
        migration("V001__things.sql", "create table thing(id int);\ninsert into nowhere values (1);");
        assertThatThrownBy(() -> Migrations.run(database.unpooled(), folder)).isInstanceOf(FlywayException.class)
                .hasMessageContaining("V001__things.sql").hasMessageContaining("nowhere");
        assertThat(sql("select to_regclass('thing')")).isNull();
    }

    @Test
    void a_wrong_name_or_a_missing_folder_stops_the_start() throws Exception {
        migration("V001_things.sql", "create table thing(id int);");
        assertThatThrownBy(() -> Migrations.run(database.unpooled(), folder)).isInstanceOf(FlywayException.class);
        assertThatThrownBy(() -> Migrations.run(database.unpooled(), folder.resolve("nowhere"))).isInstanceOf(FlywayException.class);
    }

    @Test
    void an_old_postgresql_is_refused() {
        assertThatThrownBy(() -> Migrations.requireSupported(13, "13.22")).isInstanceOf(DatabaseStartException.class)
                .hasMessageContaining("13.22").hasMessageContaining("14 or newer");
        assertThatCode(() -> Migrations.requireSupported(14, "14.0")).doesNotThrowAnyException();
    }
}
