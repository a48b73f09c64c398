package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The last message that each customer has got and has written, so that a reply, a reaction or an edit is about something. */
final class Correspondence {

    /** What was sent to a customer: its wamid, the message as it was asked for, and the components of the template that it is; missing when it is none. */
    record Got(String wamid, JsonNode message, JsonNode template) {
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

    void got(String customer, String wamid, JsonNode message, JsonNode template) {
        got.put(customer, new Got(wamid, message, template));
    }

    void written(String customer, String wamid) {
        written.put(customer, wamid);
    }

    void forget() {
        got.clear();
        written.clear();
    }

    /** Null when there is none, or none since the start. */
    Got lastGot(String customer) {
        return got.get(customer);
    }

    String lastWritten(String customer) {
        return written.get(customer);
    }

    /** The first button, of a template too, or row of what the customer got last, as {@code {"kind","id","title","description"?}}; null when it has none. */
    JsonNode firstChoice(String customer) {
        Got last = got.get(customer);
        if (last != null && last.template().isArray()) {
            return quickReply(last);
        }
        JsonNode action = last == null ? Json.MAPPER.missingNode() : last.message().path("interactive").path("action");
        JsonNode button = action.path("buttons").path(0).path("reply");
        JsonNode row = action.path("sections").path(0).path("rows").path(0);
        JsonNode choice = button.isObject() ? button : row;
        return choice.isObject() ? ((ObjectNode) choice.deepCopy())
                .put("kind", button.isObject() ? "button_reply" : "list_reply") : null;
    }

    /** With the payload that was sent for it, else its text. */
    private static JsonNode quickReply(Got last) {
        for (JsonNode component : last.template()) {
            for (int index = 0; index < component.path("buttons").size(); index++) {
                JsonNode button = component.path("buttons").path(index);
                if (button.path("type").asText().equalsIgnoreCase("QUICK_REPLY")) {
                    String text = button.path("text").asText();
                    return Json.object().put("id", payload(last.message().at("/template/components"), index, text)).put("title", text).put("kind", "button");
                }
            }
        }
        return null;
    }

    private static String payload(JsonNode sent, int index, String otherwise) {
        for (JsonNode component : sent) {
            if (component.path("type").asText().equalsIgnoreCase("button") && component.path("index").asInt() == index) {
                return component.at("/parameters/0/payload").asText(otherwise);
            }
        }
        return otherwise;
    }
}
