package helpdesk.whatsapp.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What was sent to whom, as far as that counts for how fast, and to how many, a number may send: a restart changes neither. */
final class SendMemory {

    /** A message that was accepted, from which number, and when. */
    record Sent(String number, String customer, Instant at) {
    }

    /** The messaging limit that is none. */
    static final int UNLIMITED = 1_000_000;
    /** A burst of 45 is waited for so long. */
    private static final String REACH = "5 minutes";

    private final JdbcClient database;

    SendMemory(DataSource dataSource) {
        database = JdbcClient.create(dataSource);
    }

    /**
     * Notes that the business writes first to this customer; false when that would be one more than so many in 24 hours. Nobody counts
     * where there is no limit.
     */
    boolean initiated(String customer, int most) {
        return database.sql("""
                insert into simulator_customer (customer, initiated_at)
                select cast(:customer as text), now()
                where :most >= :unlimited or (select count(*) from (select from simulator_customer c where c.initiated_at > now() - interval '24 hours'
                                                and c.customer <> :customer limit :most) as others) < :most
                on conflict (customer) do update set initiated_at = excluded.initiated_at""")
                .param("customer", customer).param("most", most).param("unlimited", UNLIMITED).update() == 1;
    }

    List<Sent> recent() {
        List<Sent> recent = new ArrayList<>();
        database.sql("""
                select wamid, number, first_at from simulator_message
                where first_at > now() - cast(? as interval) and kinds[1] not like 'inbound%' and number is not null order by first_at""")
                .param(REACH).query(row -> {
                    Sent sent = new Sent(row.getString("number"), Wamid.customer(row.getString("wamid")).orElse(""), row.getTimestamp("first_at").toInstant());
                    if (!sent.customer().isEmpty()) {
                        recent.add(sent);
                    }
                });
        return recent;
    }
}
