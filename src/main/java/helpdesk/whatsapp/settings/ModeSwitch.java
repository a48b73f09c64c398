package helpdesk.whatsapp.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.Problem;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Bean {@code modeSwitch}: what the routes of the mode need beside {@link Mode} itself - its facts, its refusal, and patience. */
public final class ModeSwitch {

    private static final Logger LOG = LoggerFactory.getLogger(ModeSwitch.class);
    /** A little longer than a call to the Graph API may take. */
    private static final long PATIENCE_MS = 35_000;
    private static final long PAUSE_MS = 50;

    private final JdbcClient database;
    private final Mode mode;
    private final Graph graph;
    private final Settings settings;

    public ModeSwitch(DataSource dataSource, Mode mode, Graph graph, Settings settings) {
        database = JdbcClient.create(dataSource);
        this.mode = mode;
        this.graph = graph;
        this.settings = settings;
    }

    /** Everything about the mode that is not in the database, as JSON. */
    public String facts() {
        ObjectNode facts = Json.object();
        String current = mode.current();
        facts.put("mode", current);
        facts.put("source", mode.source());
        facts.put("baseUrl", graph.baseUrl(current));
        facts.set("refusals", Json.MAPPER.valueToTree(mode.refusals()));
        facts.put("trace", settings.getBoolean("camel.trace.enabled"));
        mode.atNextStart().ifPresent(next -> facts.put("atNextStart", next));
        return Json.write(facts);
    }

    /** Refuses real mode with everything that is missing, and mock mode where the simulator is not loaded. */
    public void require(String wanted) {
        if (wanted.equals(Mode.MOCK) && !settings.getBoolean("whatsapp.simulator.enabled")) {
            throw new Problem(409, "mock-mode-refused", "Mock mode is refused: this instance was started without the simulator. "
                    + "Start it without the profile real, and with whatsapp.simulator.enabled=true.");
        }
        List<String> missing = wanted.equals(Mode.REAL) ? mode.refusals() : List.of();
        if (!missing.isEmpty()) {
            throw new Problem(409, "real-mode-refused", "Real mode is refused until this is mended: "
                    + String.join(" ", missing)).with("missing", missing);
        }
    }

    /**
     * Returns when no call to the other side is under way any more, or when patience has ended. Who claims a send locks the
     * mode's row, so after the change of mode is committed no new one begins.
     */
    public void awaitEnd(String current) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000;
        while (underWay(current) > 0) {
            if (System.nanoTime() - deadline > 0) {
                LOG.warn("{} sends to the other side have not ended after {} s.", underWay(current), PATIENCE_MS / 1000);
                return;
            }
            Thread.sleep(PAUSE_MS);
        }
    }

    private long underWay(String current) {
        return database.sql("select count(*) from send_attempt where state = 'sending' and mode <> ?").param(current)
                .query(Long.class).single();
    }
}
