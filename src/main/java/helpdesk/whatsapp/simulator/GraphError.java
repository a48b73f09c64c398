package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.Problem;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** A refusal in Meta's envelope: {@code {"error":{"message","type","code",…,"fbtrace_id"}}}. */
public final class GraphError extends RuntimeException {

    /** Below it every refusal is one of these. */
    public static final String PATHS = GraphCall.BASE;
    /** Where a customer's message is told to the simulator, which may bring a file along. */
    public static final String INBOUND = "/mock/control/inbound";

    /** The codes of which Meta says {@code is_transient}. */
    private static final Set<Integer> PASSING = Set.of(2, 4, 17, 80007);
    private static final Set<Integer> THROTTLING = Set.of(4, 17, 80007);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final int status;
    private final int code;
    private String type = "OAuthException";
    private Integer subcode;
    private String details;
    private String userTitle;
    private String userMessage;
    private final String trace = newTrace();

    private GraphError(int status, int code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static GraphError of(int status, int code, String message) {
        return new GraphError(status, code, message);
    }

    /** One that the error table of the Cloud API names: "(#131009) Parameter value is not valid". */
    static GraphError of(CloudError error, String details) {
        return SimulatedError.of(error.code()).with(Json.object().put("status", error.status()).put("title", error.title()).put("details", details))
                .refusal();
    }

    /** For what is refused before a route sees it. */
    public static GraphError of(Problem problem) {
        return of(problem.getStatus(), problem.getStatus() == 503 ? 2 : 100, problem.getMessage());
    }

    /** A parameter is missing or wrong; the details name it. */
    static GraphError parameter(String details) {
        return of(400, 100, "(#100) Invalid parameter").details(details);
    }

    /** The same where Meta says it in the message. */
    static GraphError wrong(String message) {
        return of(400, 100, message);
    }

    static GraphError required(String parameter) {
        return of(400, 100, "(#100) The parameter " + parameter + " is required.").details("The parameter " + parameter + " is required.");
    }

    static GraphError noSuchObject(String method, String id) {
        return of(400, 100, "Unsupported " + method.toLowerCase() + " request. Object with ID '" + id
                + "' does not exist, cannot be loaded due to missing permissions, or does not support this operation.").ofMethod().subcode(33);
    }

    GraphError subcode(int value) {
        subcode = value;
        return this;
    }

    GraphError details(String text) {
        details = text;
        return this;
    }

    /** What a person who sees it is told. */
    GraphError toUser(String title, String message) {
        userTitle = title;
        userMessage = message;
        return this;
    }

    GraphError ofMethod() {
        type = "GraphMethodException";
        return this;
    }

    public int getStatus() {
        return status;
    }

    /** Whether it says that there were too many calls. */
    boolean isThrottling() {
        return THROTTLING.contains(code);
    }

    /** For the header, where Meta names it, too. */
    public String getTrace() {
        return trace;
    }

    /** The header of a refusal that has to do with who asks; null when it has not. */
    public String getAuthenticate() {
        return type.equals("OAuthException") && status == 401
                ? "OAuth \"Facebook Platform\" \"invalid_token\" \"" + getMessage().replace('"', '\'') + "\"" : null;
    }

    /** As it is told of a token. */
    ObjectNode brief() {
        ObjectNode brief = Json.object().put("code", code).put("message", getMessage());
        return subcode == null ? brief : brief.put("subcode", subcode);
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
        if (PASSING.contains(code)) {
            error.put("is_transient", true);
        }
        if (userTitle != null) {
            error.put("error_user_title", userTitle).put("error_user_msg", userMessage);
        }
        error.put("fbtrace_id", trace);
        return Json.write(body);
    }

    static String newTrace() {
        byte[] trace = new byte[17];
        RANDOM.nextBytes(trace);
        return "A" + Base64.getUrlEncoder().withoutPadding().encodeToString(trace);
    }
}
