package helpdesk.whatsapp.api;

import helpdesk.whatsapp.testing.TestApp;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** A connection to the same server but another database, from which the instance's database is taken away and given back. */
final class TestConnection implements AutoCloseable {

    private final Connection connection;

    TestConnection(TestApp app) {
        try {
            connection = DriverManager.getConnection(app.property("whatsapp.db.url").replaceFirst("/[^/]*$", "/postgres"),
                    app.property("whatsapp.db.user"), app.property("whatsapp.db.password"));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void endAll(String database) {
        try (PreparedStatement end = connection.prepareStatement(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = ?")) {
            end.setString(1, database);
            end.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void allow(String database, boolean connections) {
        try (Statement allow = connection.createStatement()) {
            allow.execute("alter database " + database + " allow_connections " + connections);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
