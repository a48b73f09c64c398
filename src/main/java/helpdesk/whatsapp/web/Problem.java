package helpdesk.whatsapp.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A refusal that the caller can act on: an RFC 9457 problem with a kebab-case code, what is wrong and the mend. Thrown by
 * beans and routes, answered by {@code routes/errors/http.camel.yaml}.
 */
public class Problem extends RuntimeException {

    private final int status;
    private final String code;
    private final Map<String, Object> more = new LinkedHashMap<>();

    public Problem(int status, String code, String detail) {
        super(detail);
        this.status = status;
        this.code = code;
    }

    /** One wrong field of a request. */
    public record FieldError(String field, String message) {
    }

    public static Problem validation(List<FieldError> errors) {
        String fields = String.join(", ", errors.stream().map(FieldError::field).distinct().toList());
        return new Problem(422, "validation", "These fields are wrong: " + fields + ".").with("errors", errors);
    }

    public final Problem with(String name, Object value) {
        more.put(name, value);
        return this;
    }

    public int getStatus() {
        return status;
    }

    public String getCode() {
        return code;
    }

    /** The body of the answer: {@code {"type","title","status","code","detail",…}}. */
    public String toJson() {
        ObjectNode body = Json.object();
        body.put("type", "about:blank");
        body.put("title", title());
        body.put("status", status);
        body.put("code", code);
        body.put("detail", getMessage());
        more.forEach((name, value) -> body.set(name, Json.MAPPER.valueToTree(value)));
        if (more.get("errors") instanceof List<?> errors && !errors.isEmpty()
                && errors.get(0) instanceof FieldError first) {
            body.put("field", first.field());
        }
        return Json.write(body);
    }

    private String title() {
        return switch (status) {
            case 400 -> "Bad request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 409 -> "Conflict";
            case 411 -> "Length required";
            case 413 -> "Content too large";
            case 415 -> "Unsupported media type";
            case 422 -> "Unprocessable content";
            case 429 -> "Too many requests";
            case 502 -> "Bad gateway";
            case 503 -> "Service unavailable";
            default -> "Internal error";
        };
    }

}
