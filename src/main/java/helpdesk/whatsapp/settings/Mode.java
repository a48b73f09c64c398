package helpdesk.whatsapp.settings;

import helpdesk.whatsapp.StartRefused;
import helpdesk.whatsapp.security.ApiTokens;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    public Mode(DataSource dataSource, Settings settings, ApiTokens tokens) {
        database = JdbcClient.create(dataSource);
        this.settings = settings;
        this.tokens = tokens;
    }

    /** Decides the mode at start; fails when it is real and something is missing. */
    public void prepare() {
        String configured = settings.get(KEY);
        String stored = database.sql("select value from setting where key = ?").param(KEY)
                .query(String.class).optional().orElse(configured);
        String wanted = settings.isFixedByEnvironment(KEY) || settings.get("camel.main.profile").equals(REAL)
                ? configured : stored;
        if (!wanted.equals(MOCK) && !wanted.equals(REAL)) {
            throw new StartRefused("whatsapp.mode is '" + wanted + "'; it must be mock or real.");
        }
        List<String> refusals = wanted.equals(REAL) ? refusals() : List.of();
        if (!refusals.isEmpty()) {
            throw new StartRefused("Real mode is refused:\n  - " + String.join("\n  - ", refusals));
        }
        store(wanted, "start");
        current = wanted;
        if (wanted.equals(REAL) && isLoopback(settings.get("whatsapp.graph.base-url"))) {
            LOG.warn("Real mode talks to a Graph API on this machine: whatsapp.allow-loopback-graph is true.");
        }
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

    /** Called by the route when the new mode is committed. */
    public void set(String mode) {
        LOG.info("Mode is now {} (was {}).", mode, current);
        current = mode;
    }

    /** Everything that keeps real mode from being entered, each with its mend; empty when nothing does. */
    public List<String> refusals() {
        List<String> refusals = new ArrayList<>();
        for (String key : List.of("whatsapp.app-secret", "whatsapp.verify-token", "whatsapp.access-token",
                "whatsapp.phone-number-id")) {
            String value = settings.get(key);
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
        String graph = settings.get("whatsapp.graph.base-url");
        if (isLoopback(graph) && !settings.getBoolean("whatsapp.allow-loopback-graph")) {
            refusals.add("WHATSAPP_GRAPH_BASE_URL is " + graph + ", which is this machine and not Meta: remove it, or set "
                    + "WHATSAPP_ALLOW_LOOPBACK_GRAPH=true to test real mode against a second instance.");
        }
        return refusals;
    }

    private void store(String mode, String by) {
        database.sql("""
                insert into setting (key, value, updated_by) values (?, ?, ?)
                on conflict (key) do update set value = excluded.value, version = setting.version + 1,
                    updated_at = now(), updated_by = excluded.updated_by
                where setting.value <> excluded.value""").param(KEY).param(mode).param(by).update();
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
