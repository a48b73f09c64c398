package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One row of Meta's table of errors, {@code errors.json}, and whether it is an answer to the call or comes later in a status. Those of
 * the Graph API itself have a message as Meta's published examples have it; those of WhatsApp have one made of code and title, and
 * details.
 */
record SimulatedError(ObjectNode row) {

    private static final Map<Integer, SimulatedError> TABLE = new LinkedHashMap<>();
    private static final String HREF = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/";

    static {
        for (JsonNode row : SimulatedTemplates.resource("errors.json")) {
            TABLE.put(row.path("code").asInt(), new SimulatedError((ObjectNode) row));
        }
    }

    static Map<Integer, SimulatedError> table() {
        return TABLE;
    }

    /** A code that Meta's table does not have is one that Meta has invented since. */
    static SimulatedError of(int code) {
        return TABLE.getOrDefault(code, new SimulatedError(Json.object().put("code", code).put("status", 400).put("title", "Error " + code)
                .put("details", "A code that nobody knows.")));
    }

    /** The same with other values. */
    SimulatedError with(JsonNode values) {
        return values.isObject() ? new SimulatedError(row.deepCopy().setAll((ObjectNode) values)) : this;
    }

    int code() {
        return row.path("code").asInt();
    }

    int status() {
        return row.path("status").asInt();
    }

    boolean later() {
        return row.path("mode").asText().equals("async");
    }

    String title() {
        return row.path("title").asText();
    }

    private String details() {
        return row.path("details").asText();
    }

    /** As the answer to a call. */
    GraphError refusal() {
        String message = Json.text(row, "message");
        GraphError error = GraphError.of(status(), code(), message == null ? "(#" + code() + ") " + title() : message)
                .details(message == null ? details() : null).toUser(Json.text(row, "user_title"), Json.text(row, "user_msg"));
        if (row.hasNonNull("subcode")) {
            error.subcode(row.path("subcode").asInt());
        }
        return row.path("type").asText().equals("GraphMethodException") ? error.ofMethod() : error;
    }

    /** As an item of a status. */
    ObjectNode item() {
        ObjectNode item = Json.object().put("code", code()).put("title", title()).put("message", title());
        item.putObject("error_data").put("details", details());
        return item.put("href", HREF);
    }
}
