package helpdesk.whatsapp.security;

import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.StartRefused;
import helpdesk.whatsapp.settings.Settings;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who may call {@code /api/whatsapp/*}: bearer tokens, of which only the SHA-256 hash is stored, each with a name and the role
 * {@code agent} or {@code admin}. {@code WHATSAPP_API_TOKEN} is an admin's and {@code WHATSAPP_AGENT_TOKEN} an agent's; where no
 * admin has one, a token is made and printed once.
 */
public final class ApiTokens {

    private static final Logger LOG = LoggerFactory.getLogger(ApiTokens.class);

    private static final String ADMIN = "environment";
    private static final String AGENT = "environment-agent";
    private static final String FIRST_START = "first-start";

    /** Whose token it is. */
    public record Caller(String name, String role) {

        public boolean isAdmin() {
            return role.equals("admin");
        }
    }

    private final JdbcClient database;
    private final Settings settings;
    private final Map<String, Caller> byHash = new ConcurrentHashMap<>();

    public ApiTokens(DataSource dataSource, Settings settings) {
        database = JdbcClient.create(dataSource);
        this.settings = settings;
    }

    /** Brings the stored tokens in line with the configuration, and knows them from here on. */
    public void prepare() {
        String admin = settings.get("whatsapp.api-token");
        String agent = settings.get("whatsapp.agent-token");
        if (!admin.isEmpty() && admin.equals(agent)) {
            throw new StartRefused("WHATSAPP_AGENT_TOKEN is the same as WHATSAPP_API_TOKEN; the agents' token must be another.");
        }
        removeUnless(ADMIN, admin);
        removeUnless(AGENT, agent);
        if (!admin.isEmpty()) {
            removeUnless(FIRST_START, "");
            save(ADMIN, admin, "admin");
        }
        if (!agent.isEmpty()) {
            save(AGENT, agent, "agent");
        }
        load();
    }

    /** Makes and prints an admin's token when there is none. */
    public void makeFirst() {
        if (!exist()) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            String token = "hw_" + HexFormat.of().formatHex(random);
            save(FIRST_START, token, "admin");
            load();
            LOG.info("An API token was made. It is shown this once: {}", token);
        }
    }

    /** Whether an admin has one. */
    public boolean exist() {
        return byHash.values().stream().anyMatch(Caller::isAdmin);
    }

    /** The owner of a token, or empty when it is nobody's. */
    public Optional<Caller> caller(String token) {
        return Optional.ofNullable(byHash.get(Hashes.sha256(token)));
    }

    // Before anything is saved: a token may have been another's until now.
    private void removeUnless(String name, String token) {
        database.sql("delete from api_token where name = ? and hash <> ?").param(name).param(Hashes.sha256(token)).update();
    }

    private void save(String name, String token, String role) {
        database.sql("""
                insert into api_token (name, hash, role) values (?, ?, ?)
                on conflict (name) do update set hash = excluded.hash""").param(name).param(Hashes.sha256(token)).param(role).update();
    }

    private void load() {
        Map<String, Caller> stored = new ConcurrentHashMap<>();
        database.sql("select name, hash, role from api_token")
                .query((row, n) -> stored.put(row.getString(2), new Caller(row.getString(1), row.getString(3)))).list();
        byHash.keySet().retainAll(stored.keySet());
        byHash.putAll(stored);
    }
}
