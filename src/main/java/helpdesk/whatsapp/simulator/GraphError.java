package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.Problem;
import java.security.SecureRandom;
import java.util.Base64;

/** A refusal in Meta's envelope: {@code {"error":{"message","type","code",…,"fbtrace_id"}}}. */
public final class GraphError extends RuntimeException {

    /** Below it every refusal is one of these. */
    public static final String PATHS = GraphCall.BASE;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final int status;
    private final int code;
    private final Integer subcode;
    private final String type;
    private final String details;

    private GraphError(int status, String type, int code, Integer subcode, String message, String details) {
        super(message);
        this.status = status;
        this.type = type;
        this.code = code;
        this.subcode = subcode;
        this.details = details;
    }

    static GraphError of(int status, int code, String message) {
        return new GraphError(status, "OAuthException", code, null, message, null);
    }

    /** For what is refused before a route sees it. */
    public static GraphError of(Problem problem) {
        return of(problem.getStatus(), problem.getStatus() == 503 ? 2 : 100, problem.getMessage());
    }

    /** A parameter is missing or wrong; the details name it. */
    static GraphError parameter(String details) {
        return new GraphError(400, "OAuthException", 100, null, "(#100) Invalid parameter", details);
    }

    static GraphError required(String parameter) {
        return new GraphError(400, "OAuthException", 100, null, "(#100) The parameter " + parameter + " is required.",
                "The parameter " + parameter + " is required.");
    }

    static GraphError noSuchObject(String method, String id) {
        return new GraphError(400, "GraphMethodException", 100, 33, "Unsupported " + method.toLowerCase() + " request. Object with ID '"
                + id + "' does not exist, cannot be loaded due to missing permissions, or does not support this operation.", null);
    }

    public int getStatus() {
        return status;
    }

    public String toJson() {
        ObjectNode body = Json.object();
        ObjectNode error = body.putObject("error");
        error.put("message", getMessage()).put("type", type).put("code", code);
        if (subcode != null) {
            error.put("error_subcode", subcode);
        }
        if (details != null) {
            error.putObject("error_data").put("messaging_product", "whatsapp").put("details", details);
        }
        byte[] trace = new byte[17];
        RANDOM.nextBytes(trace);
        error.put("fbtrace_id", "A" + Base64.getUrlEncoder().withoutPadding().encodeToString(trace));
        return Json.write(body);
    }
}
