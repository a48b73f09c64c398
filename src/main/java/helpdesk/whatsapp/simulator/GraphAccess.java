package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Bean {@code graphAccess}: whether the caller may, and whether what is called is there. */
public final class GraphAccess {

    /** What an app may ask for in its own name: by {@code APP_ID|APP_SECRET}. */
    private static final Set<String> OF_THE_APP = Set.of("app", "debug_token");

    private final Settings settings;
    private final Strictness strict;

    public GraphAccess(Settings settings, Strictness strict) {
        this.settings = settings;
        this.strict = strict;
    }

    public void token(GraphCall call) {
        String token = call.token();
        if (token.isEmpty()) {
            throw missing(call);
        }
        boolean known = equal(token, settings.get("whatsapp.access-token")) || OF_THE_APP.contains(call.getKind()) && isApp(token);
        if (!known && strict.token()) {
            throw GraphError.of(401, 190, "Invalid OAuth access token - Cannot parse access token");
        }
        if (!call.proof().isEmpty() && !equal(call.proof(), proof(token))) {
            throw GraphError.wrong("Invalid appsecret_proof provided in the API argument");
        }
    }

    // Meta's published example of a read says 104; what is sent without a token is refused like a wrong one.
    private static GraphError missing(GraphCall call) {
        return GraphError.of(401, call.getMethod().equals("GET") ? 104 : 190, "An access token is required to request this resource.");
    }

    boolean isApp(String token) {
        return equal(token, settings.get("whatsapp.app-id") + "|" + settings.get("whatsapp.app-secret"));
    }

    private static boolean equal(String given, String wanted) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), wanted.getBytes(StandardCharsets.UTF_8));
    }

    private String proof(String token) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(settings.get("whatsapp.app-secret").getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)));
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
