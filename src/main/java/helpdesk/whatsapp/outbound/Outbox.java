package helpdesk.whatsapp.outbound;

import helpdesk.whatsapp.StartRefused;
import helpdesk.whatsapp.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is done with the outbox before the routes that read it start. */
public final class Outbox {

    private Outbox() {
    }

    /**
     * Refuses a lease that could end during a call. With our own PostgreSQL, which no other process uses, ends the claims of the
     * process before at once; with any other database they end with their lease.
     */
    public static void prepare(DataSource dataSource, Settings settings) {
        int call = settings.getInt("whatsapp.graph.connect-timeout") + settings.getInt("whatsapp.graph.timeout");
        if (settings.getInt("whatsapp.outbound.lease") * 1000 <= call) {
            throw new StartRefused("whatsapp.outbound.lease (seconds) must be longer than whatsapp.graph.connect-timeout and "
                    + "whatsapp.graph.timeout (milliseconds) together: a call must end before its claim does.");
        }
        if (settings.get("whatsapp.db.url").isEmpty()) {
            try {
                JdbcClient.create(dataSource).sql(Files.readString(Path.of("sql/outbound/recover-outbox.sql"))).update();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
