package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Bean {@code graphAccess}: whether the caller may, and whether what is called is there. */
public final class GraphAccess {

    /** Who asks for a token has none yet, and the picture of a profile is for everybody. */
    private static final Set<String> OPEN = Set.of("oauth", "picture");
    /** What an app may ask for in its own name: by {@code APP_ID|APP_SECRET}. */
    private static final Set<String> OF_THE_APP = Set.of("app", "debug_token");
    private static final int INVALIDATED = 467;

    private final Settings settings;
    private final Strictness strict;
    private final Clock clock;
    /** What is not as usual with the account: read at the start, and told when it changes. */
    private volatile JsonNode account;

    GraphAccess(Settings settings, Strictness strict, Clock clock, DataSource dataSource) {
        this.settings = settings;
        this.strict = strict;
        this.clock = clock;
        account(JdbcClient.create(dataSource).sql("select cast(state as text) from simulator_account").query(String.class).single());
    }

    /** What is not as usual with the account from now on. */
    public void account(String stateJson) {
        account = Json.read(stateJson);
    }

    public void token(GraphCall call) {
        String token = call.token();
        if (OPEN.contains(call.getKind())) {
            return;
        }
        if (token.isEmpty()) {
            throw missing(call);
        }
        boolean byApp = OF_THE_APP.contains(call.getKind()) && isApp(token);
        if (!equal(token, settings.get("whatsapp.access-token")) && !byApp && strict.token()) {
            throw GraphError.of(401, 190, "Invalid OAuth access token - Cannot parse access token");
        }
        GraphError ended = byApp || call.getKind().equals("debug_token") ? null : ended(account);      // which tells of itself
        if (ended != null && strict.token()) {
            throw ended;
        }
        if (call.proof().isEmpty() && !byApp && settings.getBoolean("whatsapp.simulator.require-app-secret-proof")) {
            throw GraphError.wrong("API calls from the server require an appsecret_proof argument").ofMethod();
        }
        String proven = call.proofTime().isEmpty() ? token : token + "|" + call.proofTime();
        if (!call.proof().isEmpty() && !equal(call.proof(), proof(proven))) {
            throw GraphError.wrong("Invalid appsecret_proof provided in the API argument").ofMethod();
        }
    }

    // Meta's published example of a read says 104; what is sent without a token is refused like a wrong one.
    private static GraphError missing(GraphCall call) {
        return GraphError.of(401, call.getMethod().equals("GET") ? 104 : 190, "An access token is required to request this resource.");
    }

    /** Why the access token does not hold any more; null when it does. */
    GraphError ended(JsonNode state) {
        long expires = state.path("tokenExpiresAt").asLong(0);
        if (expires > 0 && expires <= clock.instant().getEpochSecond()) {
            return SimulatedError.of(190).refusal();
        }
        return state.path("tokenValid").asBoolean(true) ? null
                : GraphError.of(401, 190, "Error validating access token: The session has been invalidated.").subcode(INVALIDATED);
    }

    boolean isApp(String token) {
        return equal(token, settings.get("whatsapp.app-id") + "|" + settings.get("whatsapp.app-secret"));
    }

    private static boolean equal(String given, String wanted) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), wanted.getBytes(StandardCharsets.UTF_8));
    }

    private String proof(String proven) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(settings.get("whatsapp.app-secret").getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(proven.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Passes on what was found for the node of the call. */
    public Object known(GraphCall call, Object found) {
        if (found == null) {
            throw GraphError.noSuchObject(call.getMethod(), call.param("mid").isEmpty() ? call.getNode() : call.param("mid"));
        }
        return found;
    }

    /** Every call of the Cloud API that changes something names the product. */
    public void product(GraphCall call) {
        if (!call.param("messaging_product").equals("whatsapp")) {
            throw GraphError.required("messaging_product");
        }
    }
}
