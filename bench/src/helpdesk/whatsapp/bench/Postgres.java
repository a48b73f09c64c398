package helpdesk.whatsapp.bench;

import helpdesk.whatsapp.db.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
