package helpdesk.whatsapp.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Holds the reader of the log back, so that what is posted meanwhile is worked on as few batches, after {@link #close()}. */
public final class Inbox implements AutoCloseable {

    private final Connection connection;

    private Inbox(Connection connection) {
        this.connection = connection;
    }

    public static Inbox hold(TestApp app) throws SQLException {
        app.awaitLanes();
        app.awaitProcessed();
        Connection connection = connect(app);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select lane from lane_offset where topic = 'webhook' order by lane for update");
        }
        return new Inbox(connection);
    }

    public static Connection connect(TestApp app) throws SQLException {
        return DriverManager.getConnection(app.property("whatsapp.db.url"), app.property("whatsapp.db.user"),
                app.property("whatsapp.db.password"));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
