package helpdesk.whatsapp.testing;

import java.time.Duration;
import org.awaitility.Awaitility;

/** Lets a statement of a test's own database fail with an SQLSTATE, the first times that it is tried. */
public final class Fault implements AutoCloseable {

    public static final int ALWAYS = 1_000_000;

    private final TestApp app;
    private final String table;

    private Fault(TestApp app, String table) {
        this.app = app;
        this.table = table;
    }

    /** @param event for example {@code insert on events_log} */
    public static Fault on(TestApp app, String event, String sqlState, int times) {
        String table = event.replaceAll(".* on ", "");
        app.database().sql("create sequence if not exists fault_count").update();
        app.database().sql("alter sequence fault_count restart").update();
        app.database().sql("""
                create or replace function fault() returns trigger language plpgsql as $$
                begin
                    if nextval('fault_count') <= %d then raise exception 'a fault of the test' using errcode = '%s'; end if;
                    return null;
                end $$""".formatted(times, sqlState)).update();
        app.database().sql("create or replace trigger fault after " + event + " for each statement execute function fault()").update();
        return new Fault(app, table);
    }

    /** Until it has failed this often. */
    public void awaitTries(int tries) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> tries() >= tries);
    }

    public long tries() {
        return app.database().sql("select case when is_called then last_value else 0 end from fault_count").query(Long.class).single();
    }

    @Override
    public void close() {
        app.database().sql("drop trigger if exists fault on " + table).update();
    }
}
