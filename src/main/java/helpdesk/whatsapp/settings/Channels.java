package helpdesk.whatsapp.settings;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The business numbers that are set up here; any other that a webhook names is stored and never sent from. */
public final class Channels {

    private Channels() {
    }

    /** Makes the configured number a known one. */
    public static void prepare(DataSource dataSource, Settings settings) {
        JdbcClient.create(dataSource).sql("""
                insert into channel (phone_number_id, waba_id, state) values (?, ?, 'configured')
                on conflict (phone_number_id) do update set state = 'configured', waba_id = excluded.waba_id""")
                .param(settings.get("whatsapp.phone-number-id")).param(settings.get("whatsapp.waba-id")).update();
    }
}
