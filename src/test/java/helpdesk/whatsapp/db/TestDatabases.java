package helpdesk.whatsapp.db;

import helpdesk.whatsapp.testing.PgPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the tests of this package do with databases. */
final class TestDatabases {

    private TestDatabases() {
    }

    /** A data directory that borrows the unpacked programs. */
    static Path home(Path parent) throws IOException {
        Path home = parent.resolve("var");
        PgPrograms.lendTo(home);
        return home;
    }

    /** The link goes before JUnit deletes the folder around it and warns. */
    static void giveBack(Path parent) throws IOException {
        Path link = parent.resolve("var/pg-bin");
        if (Files.isSymbolicLink(link)) {
            Files.delete(link);
        }
    }

    static Connection connect(EmbeddedDatabase database) throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }

    static String query(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database)) {
            return query(connection, sql);
        }
    }

    static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return null;
            }
            try (ResultSet row = statement.getResultSet()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    /** An orphan that ended stays in the table as a zombie until process 1 notices. */
    static boolean isAlive(long pid) {
        Path status = Path.of("/proc/" + pid + "/stat");
        try {
            if (Files.exists(status) && Files.readString(status).matches("(?s)\\d+ \\(.*\\) Z .*")) {
                return false;
            }
        } catch (IOException e) {
            return false;                                   // gone between the two looks
        }
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    static boolean isRoot() throws IOException {
        return Files.exists(Path.of("/proc/self")) && Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }
}
