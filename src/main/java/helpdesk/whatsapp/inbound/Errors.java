package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;

/** Meta's error objects; every field but the code may be missing, and old ones say {@code details} at the top. */
final class Errors {

    private Errors() {
    }

    static ObjectNode of(JsonNode error) {
        ObjectNode ours = Json.object();
        ours.set("code", error.path("code").isMissingNode() ? null : error.path("code"));
        ours.put("title", Json.text(error, "title"));
        ours.put("message", Json.text(error, "message"));
        String details = Json.text(error.path("error_data"), "details");
        ours.put("details", details == null ? Json.text(error, "details") : details);
        return ours;
    }

    static String sentence(JsonNode error) {
        ObjectNode ours = of(error);
        for (String field : new String[] {"details", "message", "title"}) {
            if (!ours.path(field).isNull()) {
                return ours.path(field).asText() + " (" + ours.path("code").asText() + ")";
            }
        }
        return "Error " + ours.path("code").asText();
    }
}
