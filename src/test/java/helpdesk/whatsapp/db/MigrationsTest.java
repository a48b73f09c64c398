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
import java.util.stream.Stream;
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
    void the_simulator_alone_has_the_same_tables_as_in_the_product_and_no_others() throws Exception {
        Migrations.run(database.unpooled());
        assertThatThrownBy(() -> Migrations.runSimulator(database.unpooled())).isInstanceOf(DatabaseStartException.class)
                .hasMessageContaining("helpdesk's").hasMessageContaining("WHATSAPP_DATA_DIR");
        List<String> inTheProduct = simulator();
        clean();

        Migrations.runSimulator(database.unpooled());

        assertThat(inTheProduct).hasSizeGreaterThan(80);
        assertThat(simulator()).containsExactlyElementsOf(inTheProduct);
        assertThat(sql("select string_agg(tablename, ' ' order by tablename) from pg_tables where schemaname = 'public'"))
                .matches("(simulator_\\w+ ?)+");
        assertThatThrownBy(() -> Migrations.run(database.unpooled())).isInstanceOf(DatabaseStartException.class)
                .hasMessageContaining("simulator").hasMessageContaining("WHATSAPP_DB_URL");
        assertThat(Migrations.runSimulator(database.unpooled())).isZero();
    }

    /** All that its tables are made of, a line each, and the rows that are there from the beginning. */
    private static List<String> simulator() throws Exception {
        return sql("""
                with one as (
                    select oid, relname from pg_class
                    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname like 'simulator\\_%'
                      and relname <> 'simulator_schema_history'
                ), lines (line) as (
                    select concat_ws(' ', 'column', one.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                        pg_get_expr(d.adbin, d.adrelid))
                    from one join pg_attribute a on a.attrelid = one.oid and a.attnum > 0 and not a.attisdropped
                    left join pg_attrdef d on d.adrelid = one.oid and d.adnum = a.attnum
                    union all select concat_ws(' ', 'table', c.relname, c.reloptions, obj_description(c.oid)) from one join pg_class c on c.oid = one.oid
                    union all select pg_get_indexdef(i.indexrelid) from one join pg_index i on i.indrelid = one.oid
                    union all select concat_ws(' ', 'constraint', one.relname, c.conname, pg_get_constraintdef(c.oid))
                    from one join pg_constraint c on c.conrelid = one.oid
                    union all select pg_get_triggerdef(t.oid) from one join pg_trigger t on t.tgrelid = one.oid and not t.tgisinternal
                    union all select pg_get_functiondef(p.oid) from pg_proc p
                    where p.pronamespace = 'public'::regnamespace and (p.proname like 'simulator\\_%'
                        or p.oid in (select t.tgfoid from one join pg_trigger t on t.tgrelid = one.oid and not t.tgisinternal))
                    union all select concat_ws(' ', 'template', to_jsonb(t) - 'created_at') from simulator_template t
                    union all select concat_ws(' ', 'contact', to_jsonb(c)) from simulator_contact c
                    union all select concat_ws(' ', 'account', to_jsonb(a)) from simulator_account a
                    union all select concat_ws(' ', 'rows', one.relname, xpath('/row/count/text()',
                        query_to_xml(format('select count(*) from %I', one.relname), false, true, ''))) from one
                )
                select string_agg(replace(line, chr(10), ' '), chr(10) order by line) from lines""").lines().toList();
    }

    @Test
    void letters_that_were_there_keep_their_events_once_and_give_the_room_back() throws Exception {
        String events = "V077__dead_events.sql";
        try (Stream<Path> files = Files.list(Path.of("sql/schema"))) {
            for (Path file : files.filter(one -> one.getFileName().toString().compareTo(events) < 0).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Migrations.run(database.unpooled(), folder);
        sql("""
                insert into dead_letter (log_pos, item_path, part, route, reason, raw, simulated)
                select pos, 'entry[' || n || ']', 'message', 'inbound-text', 'x', raw, false
                from (select pos, decode(string_agg(md5(cast(pos * 1000 + i as text)), ''), 'hex') as raw
                      from generate_series(1, 2) pos, generate_series(1, 1000) i group by pos) as event, generate_series(1, 50) n""");

        Files.copy(Path.of("sql/schema", events), folder.resolve(events));
        assertThat(Migrations.run(database.unpooled(), folder)).isEqualTo(1);

        assertThat(sql("select string_agg(log_pos || ' ' || length(raw), ', ' order by log_pos) from dead_event")).isEqualTo("1 16000, 2 16000");
        assertThat(sql("select count(*) from dead_letter join dead_event using (log_pos)")).isEqualTo("100");
        assertThat(sql("select pg_total_relation_size('dead_letter') < 200000")).isEqualTo("t");
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
