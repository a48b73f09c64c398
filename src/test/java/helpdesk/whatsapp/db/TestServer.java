package helpdesk.whatsapp.db;

import helpdesk.whatsapp.log.LogPartitions;
import helpdesk.whatsapp.testing.PgPrograms;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A PostgreSQL that a test owns as an operator does: it is reached by URL, and restarted under the application. */
public final class TestServer implements AutoCloseable {

    private final Path parent;
    private final Path home;
    private final EmbeddedDatabase server;

    private TestServer(Path parent) throws IOException {
        this.parent = parent;
        home = TestDatabases.home(parent).toRealPath();
        server = EmbeddedDatabase.start(home);
    }

    public static TestServer start(Path parent) throws IOException {
        return new TestServer(parent);
    }

    /** On the same port. @param mode fast or immediate, as {@code pg_ctl} knows them */
    public void restart(String mode) throws IOException {
        PostgresBinaries.Result result = PostgresBinaries.unpack(home).run("pg_ctl", "restart", "-D", home.resolve("pgdata").toString(),
                "-l", home.resolve("postgresql.log").toString(), "-m", mode, "-w", "-t", "60");
        if (result.exitCode() != 0) {
            throw new IOException(result.output());
        }
    }

    /** With settings as an operator may have them, instead of our own: {@code fsync=off}. */
    public void restartWith(String setting) throws IOException {
        PostgresBinaries.Result result = PostgresBinaries.unpack(home).run("pg_ctl", "restart", "-D", home.resolve("pgdata").toString(),
                "-l", home.resolve("postgresql.log").toString(), "-m", "fast", "-w", "-t", "60",
                "-o", "-p " + port() + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c " + setting);
        if (result.exitCode() != 0) {
            throw new IOException(result.output());
        }
    }

    /** What the start of an application makes here, made without the timeouts of a test, which may be too short for it. */
    public void prepare() {
        DataSource all = new DriverManagerDataSource(server.url(), server.user(), server.password());
        Migrations.run(all);
        new LogPartitions(all).prepare();
    }

    public Database open() {
        return Database.open(new Database.Config(server.url(), server.user(), server.password(), null, 2, Database.Limits.DEFAULT));
    }

    public int port() {
        return URI.create(server.url().substring("jdbc:".length())).getPort();
    }

    /** The properties of an application on this server, reached by this port. */
    public Map<String, String> properties(int throughPort, String options) {
        return Map.of("whatsapp.db.url", "jdbc:postgresql://127.0.0.1:" + throughPort + "/postgres" + options, "whatsapp.db.user", server.user(),
                "whatsapp.db.password", server.password());
    }

    /** Past the application and what is between. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(server.url(), server.user(), server.password());
    }

    @Override
    public void close() throws IOException {
        server.close();
        TestDatabases.giveBack(parent);
    }
}
