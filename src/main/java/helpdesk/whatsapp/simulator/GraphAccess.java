package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Bean {@code graphAccess}: whether the caller may, and whether what is called is there. */
public final class GraphAccess {

    private final Settings settings;

    public GraphAccess(Settings settings) {
        this.settings = settings;
    }

    public void token(GraphCall call) {
        boolean ours = MessageDigest.isEqual(call.token().getBytes(StandardCharsets.UTF_8),
                settings.get("whatsapp.access-token").getBytes(StandardCharsets.UTF_8));
        if (!ours && !call.getOperation().equals("GET subscriptions")) {        // which is asked in the app's own name
            throw GraphError.of(401, 190, call.token().isEmpty()
                    ? "An access token is required to request this resource." : "Invalid OAuth access token - Cannot parse access token");
        }
    }

    /** The node must be the simulated business number. */
    public void number(GraphCall call) {
        if (!call.getNode().equals(settings.get("whatsapp.phone-number-id"))) {
            throw GraphError.noSuchObject(call.getMethod(), call.getNode());
        }
    }

    /** Passes on what was found for the node of the call. */
    public Object known(GraphCall call, Object found) {
        if (found == null) {
            throw GraphError.noSuchObject(call.getMethod(), call.query("mid").isEmpty() ? call.getNode() : call.query("mid"));
        }
        return found;
    }
}
