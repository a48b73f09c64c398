package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The last message that each customer has got and has written, so that a reply, a reaction or an edit is about something. */
final class Correspondence {

    /** What was sent to a customer: its wamid, and the message as it was asked for. */
    record Got(String wamid, JsonNode message) {
    }

    private static final int MOST = 10_000;

    private final Map<String, Got> got = newest();
    private final Map<String, String> written = newest();

    private static <V> Map<String, V> newest() {
        return Collections.synchronizedMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MOST;
            }
        });
    }

    void got(String customer, String wamid, JsonNode message) {
        got.put(customer, new Got(wamid, message));
    }

    void written(String customer, String wamid) {
        written.put(customer, wamid);
    }

    /** Null when there is none, or none since the start. */
    Got lastGot(String customer) {
        return got.get(customer);
    }

    String lastWritten(String customer) {
        return written.get(customer);
    }

    /** The first button or row of what the customer got last, as {@code {"kind","id","title","description"?}}; null when it has none. */
    JsonNode firstChoice(String customer) {
        Got last = got.get(customer);
        JsonNode action = last == null ? Json.MAPPER.missingNode() : last.message().path("interactive").path("action");
        JsonNode button = action.path("buttons").path(0).path("reply");
        JsonNode row = action.path("sections").path(0).path("rows").path(0);
        JsonNode choice = button.isObject() ? button : row;
        return choice.isObject() ? ((ObjectNode) choice.deepCopy())
                .put("kind", button.isObject() ? "button_reply" : "list_reply") : null;
    }
}
