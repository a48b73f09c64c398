package helpdesk.whatsapp.security;

import helpdesk.whatsapp.Hashes;
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
 * {@code agent} or {@code admin}. {@code WHATSAPP_API_TOKEN} is an admin; without it one is made at the first start and
 * printed once.
 */
public final class ApiTokens {

    private static final Logger LOG = LoggerFactory.getLogger(ApiTokens.class);

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

    /** Brings the stored tokens in line with the configuration; makes and prints the first one when there is none. */
    public void prepare() {
        String configured = settings.get("whatsapp.api-token");
        if (!configured.isEmpty()) {
            save("environment", configured);
        } else {
            database.sql("delete from api_token where name = 'environment'").update();
        }
        load();
        if (byHash.isEmpty()) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            String token = "hw_" + HexFormat.of().formatHex(random);
            save("first-start", token);
            load();
            LOG.info("An API token was made. It is shown this once: {}", token);
        }
    }

    public boolean exist() {
        return !byHash.isEmpty();
    }

    /** The owner of a token, or empty when it is nobody's. */
    public Optional<Caller> caller(String token) {
        return Optional.ofNullable(byHash.get(Hashes.sha256(token)));
    }

    private void save(String name, String token) {
        database.sql("""
                insert into api_token (name, hash, role) values (?, ?, 'admin')
                on conflict (name) do update set hash = excluded.hash""").param(name).param(Hashes.sha256(token)).update();
    }

    private void load() {
        Map<String, Caller> stored = new ConcurrentHashMap<>();
        database.sql("select name, hash, role from api_token")
                .query((row, n) -> stored.put(row.getString(2), new Caller(row.getString(1), row.getString(3)))).list();
        byHash.keySet().retainAll(stored.keySet());
        byHash.putAll(stored);
    }
}
