package helpdesk.whatsapp.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.StartRefused;
import helpdesk.whatsapp.security.ApiTokens;
import helpdesk.whatsapp.web.Problem;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The toggle: {@code mock} or {@code real}. At start the environment decides, else what was set last at run time, else the
 * file. Real mode is refused with everything that is missing at once. What is sent goes by the mode that was bound when the
 * message was accepted, and is sent only while that mode holds.
 */
public final class Mode {

    public static final String MOCK = "mock";
    public static final String REAL = "real";
    /** The row that claims of the outbox lock: a change of mode waits for them and they see it. */
    public static final String KEY = "whatsapp.mode";

    /** Who wrote the row when nobody has set a mode at run time: then the file decides at the next start. */
    private static final String START = "start";

    private static final Logger LOG = LoggerFactory.getLogger(Mode.class);
    private static final Map<String, String> PUBLIC_DEFAULTS = Map.of(
            "whatsapp.app-secret", "mock-app-secret",
            "whatsapp.verify-token", "mock-verify-token",
            "whatsapp.access-token", "mock-access-token",
            "whatsapp.phone-number-id", "100000000000001");

    private final JdbcClient database;
    private final Settings settings;
    private final ApiTokens tokens;
    private volatile String current = MOCK;
    private volatile String source = "file";
    private int version;
    private volatile Refused refused;

    public Mode(DataSource dataSource, Settings settings, ApiTokens tokens) {
        database = JdbcClient.create(dataSource);
        this.settings = settings;
        this.tokens = tokens;
    }

    /** Decides the mode at start; fails when it is real and something is missing. */
    public void prepare() {
        String configured = settings.get(KEY);
        Optional<Row> stored = stored();
        boolean chosen = stored.isPresent() && !stored.get().by().equals(START);
        String wanted = isFixed() || !chosen ? configured : stored.get().mode();
        if (!wanted.equals(MOCK) && !wanted.equals(REAL)) {
            throw new StartRefused("whatsapp.mode is '" + wanted + "'; it must be mock or real.");
        }
        List<String> refusals = wanted.equals(REAL) ? refusals() : List.of();
        if (!refusals.isEmpty()) {
            throw new StartRefused("Real mode is refused:\n  - " + String.join("\n  - ", refusals));
        }
        store(wanted);
        current = wanted;
        source = isFixed() ? "environment" : chosen ? "runtime" : "file";
        version = stored().map(Row::version).orElse(0);
        if (wanted.equals(REAL) && isLoopback(settings.get("whatsapp.graph.base-url"))) {
            LOG.warn("Real mode talks to a Graph API on this machine: whatsapp.allow-loopback-graph is true.");
        }
    }

    /** True when the environment, or the profile that was started, decides at each start. */
    public boolean isFixed() {
        return settings.isFixedByEnvironment(KEY) || settings.get("camel.main.profile").equals(REAL);
    }

    /** What decided the current mode: environment, runtime or file. */
    public String source() {
        return source;
    }

    /** The mode at the next start, as far as the environment fixes it. */
    public Optional<String> atNextStart() {
        return isFixed() ? Optional.of(settings.get(KEY)) : Optional.empty();
    }

    public String current() {
        return current;
    }

    public boolean isReal() {
        return current.equals(REAL);
    }

    /** Whether what arrives now comes from the simulator. */
    public boolean simulated() {
        return !isReal();
    }

    /** Called when a new mode is committed; a version that is older than what is known changes nothing. */
    public synchronized void set(String mode, int newVersion) {
        if (newVersion >= version) {
            if (!mode.equals(current)) {
                LOG.info("Mode is now {} (was {}).", mode, current);
            }
            current = mode;
            source = "runtime";
            version = newVersion;
            refused = null;
        }
    }

    /** What is set, by this instance or another. */
    public Row look() {
        return stored().orElseThrow();
    }

    /**
     * Takes over what another instance has set; what was saved before it was set must be in force here. Where this instance cannot
     * follow, it is asked again each time.
     */
    public synchronized void takeOver(Row row) {
        if (row.version() <= version) {
            return;
        }
        List<String> missing = missing(row.mode());
        if (missing.isEmpty()) {
            set(row.mode(), row.version());
        } else {
            if (refused == null || refused.row().version() != row.version()) {
                LOG.error("{} has set {} mode, but this instance cannot follow:\n  - {}", row.by(), row.mode(), String.join("\n  - ", missing));
            }
            refused = new Refused(row, missing);
        }
    }

    private List<String> missing(String wanted) {
        if (wanted.equals(REAL)) {
            return refusals();
        }
        return settings.getBoolean("whatsapp.simulator.enabled") ? List.of()
                : List.of("The simulator is not loaded: start it without the profile real, and with WHATSAPP_SIMULATOR_ENABLED=true.");
    }

    /** Refuses what would be bound to a mode while another one is set that this instance cannot follow. */
    public void requireFollowed() {
        Refused now = refused;
        if (now != null) {
            throw new Problem(503, "mode-not-followed", "Another instance has set " + now.row().mode()
                    + " mode, and this one cannot follow. Its health says what is missing. Try again.");
        }
    }

    /** The mode that this instance cannot follow, as JSON: {@code mode, by, missing}; empty when there is none. */
    public String notFollowed() {
        Refused now = refused;
        return Json.write(now == null ? Json.object() : Json.object().put("mode", now.row().mode()).put("by", now.row().by())
                .<ObjectNode>set("missing", Json.MAPPER.valueToTree(now.missing())));
    }

    /** Whether a value opens the simulator only. */
    static boolean isPublicDefault(String key, String value) {
        return value.equals(PUBLIC_DEFAULTS.get(key));
    }

    /** Everything that keeps real mode from being entered, each with its mend; empty when nothing does. */
    public List<String> refusals() {
        return refusals(settings::get);
    }

    /** The same, were the settings as given. */
    List<String> refusals(UnaryOperator<String> values) {
        List<String> refusals = new ArrayList<>();
        for (String key : List.of("whatsapp.app-secret", "whatsapp.verify-token", "whatsapp.access-token",
                "whatsapp.phone-number-id")) {
            String value = values.apply(key);
            String name = key.toUpperCase().replace('.', '_').replace('-', '_');
            if (value.isEmpty()) {
                refusals.add(name + " is missing.");
            } else if (value.equals(PUBLIC_DEFAULTS.get(key))) {
                refusals.add(name + " is still the public value of mock mode: set your own.");
            }
        }
        if (settings.get("whatsapp.api-token").isEmpty() && !tokens.exist()) {
            refusals.add("WHATSAPP_API_TOKEN is missing.");
        }
        String graph = values.apply("whatsapp.graph.base-url");
        if (isLoopback(graph) && !settings.getBoolean("whatsapp.allow-loopback-graph")) {
            refusals.add("WHATSAPP_GRAPH_BASE_URL is " + graph + ", which is this machine and not Meta: remove it, or set "
                    + "WHATSAPP_ALLOW_LOOPBACK_GRAPH=true to test real mode against a second instance.");
        }
        return refusals;
    }

    /** What this instance cannot take over, and why. */
    private record Refused(Row row, List<String> missing) {
    }

    /** A row of {@code setting}. */
    public record Row(String mode, int version, String by) {
    }

    private Optional<Row> stored() {
        return database.sql("select value, version, updated_by from setting where key = ?").param(KEY)
                .query((row, n) -> new Row(row.getString(1), row.getInt(2), row.getString(3))).optional();
    }

    private void store(String mode) {
        database.sql("""
                insert into setting (key, value, updated_by) values (?, ?, ?)
                on conflict (key) do update set value = excluded.value, version = setting.version + 1,
                    updated_at = now(), updated_by = excluded.updated_by
                where setting.value <> excluded.value""").param(KEY).param(mode).param(START).update();
    }

    static boolean isLoopback(String url) {
        try {
            String host = URI.create(url).getHost();
            return host == null || InetAddress.getByName(host).isLoopbackAddress()
                    || InetAddress.getByName(host).isAnyLocalAddress();
        } catch (UnknownHostException e) {
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
