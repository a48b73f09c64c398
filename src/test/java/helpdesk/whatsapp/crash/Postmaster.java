package helpdesk.whatsapp.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The PostgreSQL of an instance's data folder, seen from outside. */
record Postmaster(Path dataFolder) {

    /** The living server of this folder and of no other. */
    Optional<ProcessHandle> process() {
        try {
            String folder = dataFolder.resolve("pgdata").toRealPath().toString();
            return ProcessHandle.of(Long.parseLong(line(0))).filter(ProcessHandle::isAlive)
                    .filter(process -> List.of(process.info().arguments().orElse(new String[0])).contains(folder));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();            // none, or one that is just writing its file
        }
    }

    /** kill -9 of the server and its sessions. */
    void kill() {
        process().ifPresent(server -> {
            List<ProcessHandle> sessions = server.children().toList();
            server.destroyForcibly();
            sessions.forEach(ProcessHandle::destroyForcibly);
        });
    }

    /** The database that it serves, without the product's pool. */
    JdbcClient database() {
        return JdbcClient.create(connections());
    }

    /** A new connection each time. */
    DataSource connections() {
        try {
            return new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:" + line(3) + "/postgres", "helpdesk",
                    Files.readString(dataFolder.resolve("pg-password")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line(int number) throws IOException {
        List<String> lines = Files.readAllLines(dataFolder.resolve("pgdata/postmaster.pid"));
        return lines.size() > number ? lines.get(number).strip() : "";
    }
}
