package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bean {@code simulatorJournal}: the lines of the journal, one JSON object each with all that was said - but never the access
 * token - and for the log what happened, by shortened ids only.
 */
public final class SimulatorJournal {

    private static final Logger LOG = LoggerFactory.getLogger(SimulatorJournal.class);

    private final Settings settings;
    private final JournalEntries entries;

    SimulatorJournal(Settings settings, JournalEntries entries) {
        this.settings = settings;
        this.entries = entries;
    }

    public String call(GraphCall call, int status, Object answer) {
        ObjectNode line = line("call").put("method", call.getMethod()).put("path", call.getPath());
        put(line, "to", recipient(call.json()));
        JsonNode response = answer instanceof String text ? parsed(text) : Json.MAPPER.nullNode();      // null: a file's bytes
        put(line, "message", message(call.json(), response));
        line.set("request", call.request());
        line.put("status", status);
        line.set("response", response);
        LOG.info("Call {}{} -> {}{}", call.getOperation(), about(call), status, wamid(response));
        return add(line);
    }

    /** One line for each, all in one text. */
    public String callbacks(List<Callback> callbacks) {
        StringBuilder lines = new StringBuilder();
        for (Callback callback : callbacks) {
            ObjectNode line = line("callback").put("url", callback.getUrl())
                    .put("message", callback.getMessage()).put("what", callback.getKind()).put("try", callback.getTries());
            put(line, "to", Wamid.customer(callback.getMessage()).orElse(null));
            if (callback.messages().size() > 1) {
                line.set("messages", Json.MAPPER.valueToTree(callback.messages()));
            }
            if (callback.getFault() == null) {
                line.put("status", callback.getStatus());
            } else {
                line.put("fault", callback.getFault());
            }
            if (callback.isGivenUp()) {
                line.put("givenUp", true);
            }
            line.set("body", Json.read(callback.getBody()));
            lines.append(add(line));
            LOG.info("Callback {} of {} try {} -> {}{}", callback.getKind(), Wamid.shortened(callback.getMessage()),
                    callback.getTries(), callback.getFault() == null ? callback.getStatus() : callback.getFault(),
                    callback.isGivenUp() ? ", given up" : "");
        }
        return lines.toString();
    }

    public String handshake(String url, String how) {
        LOG.info("Handshake with {} -> {}", url, how);
        return add(line("handshake").put("url", url).put("verified", how.equals("verified")).put("answer", how));
    }

    private static ObjectNode line(String kind) {
        return Json.object().put("n", 0).put("at", Instant.now().toString()).put("kind", kind);
    }

    private String add(ObjectNode line) {
        return entries.add(number -> JournalEntries.Entry.of(line.put("n", number), text(line))).line();
    }

    private String text(ObjectNode line) {
        String token = settings.get("whatsapp.access-token");
        String text = Json.write(line);
        return (token.isEmpty() ? text : text.replace(token, "***")).replaceAll("(\"input_token\":\")[^\"]*", "$1***") + "\n";
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return Json.MAPPER.getNodeFactory().textNode(text);
        }
    }

    /** The digits of the phone that a message goes to, or the user id; null when the call is no message. */
    static String recipient(JsonNode message) {
        String to = Json.text(message, "to");
        return to == null || to.isBlank() ? Json.text(message, "recipient") : to.replaceAll("\\D", "");
    }

    private static String message(JsonNode request, JsonNode response) {
        String accepted = Json.text(response.path("messages").path(0), "id");
        return accepted != null ? accepted : Json.text(request, "message_id");
    }

    private static void put(ObjectNode line, String field, String value) {
        if (value != null) {
            line.put(field, value);
        }
    }

    private static String about(GraphCall call) {
        JsonNode message = call.json();
        String to = message.hasNonNull("to") ? message.path("to").asText() : message.path("recipient").asText("");
        return to.isEmpty() ? "" : ", " + (message.path("type").isTextual() && message.path("type").asText().matches("[a-z]{1,20}")
                ? message.path("type").asText() : "message") + " to …" + to.substring(Math.max(0, to.length() - 4)).replaceAll("\\s", "");
    }

    private static String wamid(JsonNode response) {
        String wamid = response == null ? "" : response.path("messages").path(0).path("id").asText("");
        return wamid.isEmpty() ? "" : " " + Wamid.shortened(wamid);
    }
}
