package helpdesk.whatsapp.db;

import helpdesk.whatsapp.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The embedded PostgreSQL is used by one process at a time: at its start, nobody holds what the process before had claimed. */
public final class OwnDatabase {

    private OwnDatabase() {
    }

    /** Runs the statement of a file, unless the database is one that others may use too. Call it before routes start. */
    public static void atStart(DataSource dataSource, Settings settings, String file) {
        if (!settings.get("whatsapp.db.url").isEmpty()) {
            return;
        }
        try {
            JdbcClient.create(dataSource).sql(Files.readString(Path.of(file))).update();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
