package helpdesk.whatsapp.bench;

import helpdesk.whatsapp.db.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The product's own PostgreSQL, durable as it ships, with a database for each server that is measured. */
final class Postgres implements AutoCloseable {

    private final EmbeddedDatabase server;

    /** With statistics of statements it is a little slower: for profiles only. */
    Postgres(Path folder, boolean statistics) throws IOException {
        Path settings = folder.resolve("pgdata/postgresql.conf");
        if (!Files.exists(settings)) {
            EmbeddedDatabase.start(folder).close();
        }
        String wanted = "shared_preload_libraries = 'pg_stat_statements'\n";
        String found = Files.readString(settings);
        if (statistics && !found.contains(wanted)) {
            Files.writeString(settings, wanted, StandardOpenOption.APPEND);
        } else if (!statistics && found.contains(wanted)) {
            Files.writeString(settings, found.replace(wanted, ""));
        }
        server = EmbeddedDatabase.start(folder);
    }

    /** An empty database of this name. */
    String database(String name) {
        sql("postgres").sql("drop database if exists " + name + " with (force)").update();
        sql("postgres").sql("create database " + name).update();
        return url(name);
    }

    String url(String name) {
        return server.url().replaceFirst("/[^/]*$", "/" + name);
    }

    String user() {
        return server.user();
    }

    String password() {
        return server.password();
    }

    int port() {
        return Integer.parseInt(server.url().replaceAll(".*:(\\d+)/.*", "$1"));
    }

    JdbcClient sql(String name) {
        return JdbcClient.create(new DriverManagerDataSource(url(name), user(), password()));
    }

    /**
     * A transaction that sees the database as it is now, as a dump's does: until it is closed, nothing that goes can be removed. It stays
     * open although it says nothing: the server would end such a session after a minute.
     */
    Connection snapshot(String name) throws SQLException {
        Connection session = DriverManager.getConnection(url(name), user(), password());
        try (Statement statement = session.createStatement()) {
            statement.execute("set idle_in_transaction_session_timeout = 0");
            session.setAutoCommit(false);
            session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("select count(*) from pg_class");
        }
        return session;
    }

    /** How long this session's transaction has been open; fails when the server has ended it. */
    static double openSeconds(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet age = statement.executeQuery("select extract(epoch from clock_timestamp() - transaction_timestamp())")) {
            age.next();
            return age.getDouble(1);
        }
    }

    /** What one run has dirtied is not written in the next one's time. */
    void settle() {
        sql("postgres").sql("checkpoint").update();
    }

    long cpuMs() {
        return Cpu.msOf(server.postmasterPid());
    }

    String version() {
        return sql("postgres").sql("show server_version").query(String.class).single();
    }

    @Override
    public void close() {
        server.close();
    }
}
