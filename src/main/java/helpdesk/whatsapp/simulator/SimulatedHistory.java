package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.util.ArrayList;
import java.util.List;

/** Bean {@code simulatedHistory}: {@code GET /{number}/message_history}. */
public final class SimulatedHistory {

    private static final List<String> BY_DEFAULT = List.of("message_id", "events");
    private static final String TYPE = "WhatsAppMessageHistory";
    private static final int MOST = 100;

    private final Settings settings;
    private final OwnCallback own;

    SimulatedHistory(Settings settings, OwnCallback own) {
        this.settings = settings;
        this.own = own;
    }

    /** The message that is asked for; empty when it is all of them. */
    public String messageId(GraphCall call) {
        String wamid = call.param("message_id");
        if (!wamid.isEmpty() && !wamid.matches("wamid\\.[A-Za-z0-9+/=_-]{4,250}")) {
            throw GraphError.wrong("Invalid parameter: message_id format is invalid");
        }
        if (call.param("limit").matches("\\d{1,9}") && Integer.parseInt(call.param("limit")) > MOST) {
            throw GraphError.wrong("(#100) Param limit must be at most " + MOST + ".");
        }
        return wamid;
    }

    public String list(GraphCall call, String historyJson) {
        List<ObjectNode> messages = new ArrayList<>();
        for (JsonNode message : Json.read(historyJson)) {
            messages.add(message((ObjectNode) message));
        }
        if (messages.isEmpty() && !call.param("message_id").isEmpty()) {
            throw GraphError.of(422, 100, "The requested message_id was not found in the message history").ofMethod();
        }
        return GraphPage.of(call, messages, message -> GraphFields.of(message, call.param("fields"), BY_DEFAULT, TYPE));
    }

    private ObjectNode message(ObjectNode message) {
        String id = id(message.path("message_id").asText());
        ArrayNode data = Json.MAPPER.createArrayNode();
        for (JsonNode event : message.path("events")) {
            String uri = event.path("webhook_uri").asText(own.url());
            data.add(((ObjectNode) event).put("id", id(id + event.path("delivery_status").asText())).put("webhook_uri", uri.isEmpty() ? null : uri)
                    .set("application", Json.object().put("id", settings.get("whatsapp.app-id"))));
        }
        message.set("events", Json.object().set("data", data));
        return message.put("id", id);
    }

    /** An id of digits that is always the same for the same text. */
    private static String id(String text) {
        return String.valueOf(1_000_000_000_000_000L + Math.abs((long) text.hashCode()) * 1_000 + text.length());
    }
}
