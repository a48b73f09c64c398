package helpdesk.whatsapp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a load costs, with {@code --profile}: a flight recording of the product, and PostgreSQL's statements by their time. */
final class Profile implements AutoCloseable {

    private static final Path FOLDER = Path.of("target/bench/profiles").toAbsolutePath();

    private final JdbcClient sql;
    private final Server product;
    private final String part;

    private Profile(JdbcClient sql, Server product, String part) {
        this.sql = sql;
        this.product = product;
        this.part = part;
    }

    /** Null, which a try takes, when none is wanted. */
    static Profile start(Run run, String database, Server product, String part) throws IOException {
        if (!run.profile()) {
            return null;
        }
        Profile profile = new Profile(run.postgres().sql(database), product, part);
        profile.sql.sql("create extension if not exists pg_stat_statements").update();
        profile.sql.sql("select pg_stat_statements_reset()").query().singleRow();
        Files.createDirectories(FOLDER);
        Heap.jcmd(product.pid(), "JFR.start", "name=bench", "settings=profile");
        return profile;
    }

    @Override
    public void close() throws IOException {
        Path recording = FOLDER.resolve(part + ".jfr");
        Heap.jcmd(product.pid(), "JFR.stop", "name=bench", "filename=" + recording);
        StringBuilder text = new StringBuilder("calls, ms in all, ms each, rows, buffers, WAL bytes, statement\n");
        sql.sql("""
                select s.calls || ', ' || round(cast(s.total_exec_time + s.total_plan_time as numeric)) || ', '
                       || round(cast(s.mean_exec_time as numeric), 3) || ', ' || s.rows || ', ' || s.shared_blks_hit + s.shared_blks_read || ', '
                       || s.wal_bytes || ', ' || left(regexp_replace(s.query, '\\s+', ' ', 'g'), 150)
                from pg_stat_statements s join pg_database d on d.oid = s.dbid
                where d.datname = current_database() order by s.total_exec_time + s.total_plan_time desc limit 40""")
                .query(String.class).list().forEach(line -> text.append(line).append('\n'));
        Files.writeString(FOLDER.resolve(part + ".txt"), text);
        Run.say("profile: %s and .txt", recording);
    }
}
