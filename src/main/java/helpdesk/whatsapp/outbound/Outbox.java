package helpdesk.whatsapp.outbound;

import helpdesk.whatsapp.StartRefused;
import helpdesk.whatsapp.db.OwnDatabase;
import helpdesk.whatsapp.settings.Settings;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is done with the outbox before the routes that read it start. */
public final class Outbox {

    private Outbox() {
    }

    /**
     * Refuses a lease that could end during a call, and makes the row of each number's rate. With our own PostgreSQL, which no other
     * process uses, ends the claims of the process before at once; with any other database they end with their lease.
     */
    public static void prepare(DataSource dataSource, Settings settings) {
        int call = settings.getInt("whatsapp.graph.connect-timeout") + settings.getInt("whatsapp.graph.timeout");
        if (settings.getInt("whatsapp.outbound.lease") * 1000 <= call) {
            throw new StartRefused("whatsapp.outbound.lease (seconds) must be longer than whatsapp.graph.connect-timeout and "
                    + "whatsapp.graph.timeout (milliseconds) together: a call must end before its claim does.");
        }
        JdbcClient.create(dataSource).sql("""
                insert into send_rate (phone_number_id)
                select ? union select phone_number_id from channel where state = 'configured'
                on conflict do nothing""").param(settings.get("whatsapp.phone-number-id")).update();
        OwnDatabase.atStart(dataSource, settings, "sql/outbound/recover-outbox.sql");
    }
}
