package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** One row of Meta's table of errors, and whether it is an answer to the call or comes later in a status. */
record SimulatedError(int code, int status, boolean later, String title, String details) {

    private static final Map<Integer, SimulatedError> TABLE = new LinkedHashMap<>();
    private static final String HREF = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/";

    static {
        for (JsonNode row : SimulatedTemplates.resource("errors.json")) {
            TABLE.put(row.path("code").asInt(), new SimulatedError(row.path("code").asInt(), row.path("status").asInt(),
                    row.path("mode").asText().equals("async"), row.path("title").asText(), row.path("details").asText()));
        }
    }

    static Map<Integer, SimulatedError> table() {
        return TABLE;
    }

    /** A code that Meta's table does not have is one that Meta has invented since. */
    static SimulatedError of(int code) {
        return TABLE.getOrDefault(code, new SimulatedError(code, 400, false, "Error " + code, "A code that nobody knows."));
    }

    /** The message of the answer. */
    String message() {
        return "(#" + code + ") " + title;
    }

    /** As an item of a status. */
    ObjectNode item() {
        ObjectNode item = Json.object().put("code", code).put("title", title).put("message", title);
        item.putObject("error_data").put("details", details);
        return item.put("href", HREF);
    }
}
