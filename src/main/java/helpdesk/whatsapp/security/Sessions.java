package helpdesk.whatsapp.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Problem;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Bean {@code sessions}: who is logged in at the pages. A login changes an API token, or a one-time link, for a random value in a
 * cookie that scripts cannot read; only its SHA-256 hash is stored. A session ends by itself, by a logout, and with its token.
 */
public final class Sessions extends LifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    /** The cookie's name. */
    public static final String COOKIE = "helpdesk-session";
    private static final Duration REMEMBERED = Duration.ofSeconds(10);
    /** Refused logins of one address within a minute; after them only a token that is somebody's is looked at. */
    private static final int REFUSALS = 20;
    private static final Duration REFUSALS_IN = Duration.ofMinutes(1);
    /** Addresses that are counted; more make the count begin anew. */
    private static final int ADDRESSES = 10_000;

    /** Without a caller it is ended: a look that was under way at the logout must not bring it back. */
    private record Known(ApiTokens.Caller caller, Instant until) {

        Known(ApiTokens.Caller caller) {
            this(caller, Instant.now().plus(REMEMBERED));
        }

        boolean isEnded() {
            return caller == null;
        }
    }

    private final JdbcClient database;
    private final ApiTokens tokens;
    private final Settings settings;
    private final Supplier<String> ownUrl;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    private Instant refusalsSince = Instant.EPOCH;

    public Sessions(DataSource dataSource, ApiTokens tokens, Settings settings, Supplier<String> ownUrl) {
        database = JdbcClient.create(dataSource);
        this.tokens = tokens;
        this.settings = settings;
        this.ownUrl = ownUrl;
    }

    /** Whose session it is, when it was looked up a moment ago. */
    public Optional<ApiTokens.Caller> remembered(String cookie) {
        Known found = known.get(Hashes.sha256(cookie));
        return found == null || found.until().isBefore(Instant.now()) ? Optional.empty() : Optional.ofNullable(found.caller());
    }

    /** Whose session it is; asks the database. */
    public Optional<ApiTokens.Caller> find(String cookie) {
        String hash = Hashes.sha256(cookie);
        Optional<ApiTokens.Caller> caller = database.sql("""
                select s.name, s.role from web_session s
                where s.hash = ? and s.expires_at > now()
                  and (s.token_hash is null or exists (select 1 from api_token t where t.hash = s.token_hash))""").param(hash)
                .query((row, n) -> new ApiTokens.Caller(row.getString(1), row.getString(2))).optional();
        known.values().removeIf(entry -> entry.until().isBefore(Instant.now()));
        known.compute(hash, (key, before) -> before != null && before.isEnded() ? before : caller.map(Known::new).orElse(null));
        return caller;
    }

    /** The parameter of {@code sql/session/open-session.sql}; {@code cookie} in it is for the caller only. */
    public String prepare(JsonNode login, String request) {
        if (isFlood(address(request)) && tokens.caller(login.path("token").asText().strip()).isEmpty()) {
            throw new Problem(429, "too-many-logins", "Too many logins were refused. Try again in a minute.");
        }
        ObjectNode session = Json.object();
        String cookie = random();
        session.put("cookie", cookie).put("hash", Hashes.sha256(cookie)).put("hours", settings.getInt("whatsapp.web.session-hours"));
        session.put("tokenHash", login.hasNonNull("token") ? Hashes.sha256(login.path("token").asText().strip()) : null);
        session.put("linkHash", login.hasNonNull("link") ? Hashes.sha256(login.path("link").asText().strip()) : null);
        return Json.write(session);
    }

    /** The header that gives the browser its session. */
    public String setCookie(String preparedSession) {
        return cookie(Json.read(preparedSession).path("cookie").asText(), settings.getInt("whatsapp.web.session-hours") * 3600);
    }

    /** The header that takes it back. */
    public String clearCookie() {
        return cookie("", 0);
    }

    private String cookie(String value, int seconds) {
        return COOKIE + "=" + value + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict"
                + (settings.getBoolean("whatsapp.web.secure-cookie") ? "; Secure" : "");
    }

    /** Nobody's token and nobody's link. */
    public void refuse(String request) {
        refusals.merge(address(request), 1, Integer::sum);
        throw new Problem(401, "login-refused", "This is no API token, or the link was used before or is too old. "
                + "A token is printed at the first start, or set by WHATSAPP_API_TOKEN.");
    }

    private synchronized boolean isFlood(String address) {
        Instant now = Instant.now();
        if (refusalsSince.plus(REFUSALS_IN).isBefore(now) || refusals.size() > ADDRESSES) {
            refusalsSince = now;
            refusals.clear();
        }
        return refusals.getOrDefault(address, 0) >= REFUSALS;
    }

    private static String address(String request) {
        return Json.read(request).path("address").asText();
    }

    /** Who asks, as the edge found out; nulls when nobody is logged in. */
    public String who(String request) {
        JsonNode asked = Json.read(request);
        ObjectNode who = Json.object();
        who.put("name", Json.text(asked, "actor")).put("role", Json.text(asked, "role"));
        return Json.write(who);
    }

    /** After a logout. */
    public void forget(String request) {
        known.put(Json.read(request).path("session").asText(), new Known(null));
    }

    private String random() {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    // Printed when the port is known.
    @Override
    public void onContextStarted(CamelContext context) {
        String when = settings.get("whatsapp.web.login-link");
        boolean wanted = when.equals("always") || when.equals("first")
                && database.sql("select not exists (select 1 from web_session)").query(Boolean.class).single();
        if (wanted) {
            String link = random();
            database.sql("delete from login_link where used_at is not null or expires_at < now()").update();
            database.sql("""
                    insert into login_link (hash, name, role, expires_at) values (?, 'Administrator', 'admin', now() + interval '1 hour')""")
                    .param(Hashes.sha256(link)).update();
            LOG.info("Log in once, within an hour, at {}/#/login/{}", ownUrl.get(), link);
        }
    }
}
