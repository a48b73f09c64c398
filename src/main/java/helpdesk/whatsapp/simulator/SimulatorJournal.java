package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bean {@code simulatorJournal}: the lines of the journal, one JSON object each with all that was said - but never the access
 * token - and for the log what happened, by shortened ids only.
 */
public final class SimulatorJournal {

    private static final Logger LOG = LoggerFactory.getLogger(SimulatorJournal.class);
    private static final Pattern TYPE = Pattern.compile("[a-z]{1,20}");
    private static final Pattern CREDENTIAL = Pattern.compile("(\"(?:input_token|client_secret|access_token)\":\")[^\"]*");

    private final Settings settings;
    private final JournalEntries entries;

    SimulatorJournal(Settings settings, JournalEntries entries) {
        this.settings = settings;
        this.entries = entries;
    }

    /** @param scenario that was played with the call; null for none */
    public String call(GraphCall call, Play scenario, int status, Object answer) {
        ObjectNode line = line("call").put("method", call.getMethod()).put("path", call.getPath());
        put(line, "scenario", scenario == null ? null : scenario.getName());
        JsonNode response = answer instanceof String text ? parsed(text) : Json.MAPPER.nullNode();      // null: a file's bytes
        put(line, "to", to(call.json(), response));
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
            line.putRawValue("body", copied(callback.getBody()));
            lines.append(add(line));
            LOG.info("Callback {} of {} try {} -> {}{}", callback.getKind(), Wamid.shortened(callback.getMessage()),
                    callback.getTries(), callback.getFault() == null ? callback.getStatus() : callback.getFault(),
                    callback.isGivenUp() ? ", given up" : "");
        }
        return lines.toString();
    }

    public String handshake(String url, String how) {
        LOG.info("Handshake with {} -> {}", url, how);
        return add(line("handshake").put("url", url).put("verified", how.equals(CallbackTarget.VERIFIED)).put("answer", how));
    }

    /** Its number, which is the first of it, comes with the entry. */
    private static ObjectNode line(String kind) {
        return Json.object().put("n", 0).put("at", Instant.now().toString()).put("kind", kind);
    }

    private String add(ObjectNode line) {
        return entries.add(JournalEntries.Entry.of(line, text(line))).line();
    }

    private String text(ObjectNode line) {
        String token = settings.get("whatsapp.access-token");
        String text = whole(Json.write(line));
        String shown = token.isEmpty() ? text : text.replace(token, "***");
        return (shown.contains("_token\":") || shown.contains("_secret\":") ? CREDENTIAL.matcher(shown).replaceAll("$1***") : shown) + "\n";
    }

    /** Half a surrogate pair cannot be written in UTF-8: a line that has one would take all lines with it that are written at the same time. */
    private static String whole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            }
        }
        return text;
    }

    /** The same JSON without Meta's escapes. */
    private static RawValue copied(byte[] json) {
        StringWriter copy = new StringWriter(json.length);
        try (JsonParser parser = Json.MAPPER.createParser(json); JsonGenerator generator = Json.MAPPER.createGenerator(copy)) {
            while (parser.nextToken() != null) {
                generator.copyCurrentEventExact(parser);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RawValue(copy.toString());
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return Json.MAPPER.getNodeFactory().textNode(text);
        }
    }

    /** By which WhatsApp knows the recipient, as in callbacks: what was accepted tells it, else the digits that are dialled. */
    private static String to(JsonNode request, JsonNode response) {
        String dialled = recipient(request);
        return Wamid.customer(response.at("/messages/0/id").asText()).orElse(dialled == null ? null : PhoneNumbers.waId(dialled));
    }

    /** The digits of the phone that a message goes to, or the user id or group; null when the call is no message. */
    static String recipient(JsonNode message) {
        String to = Json.text(message, "to");
        if (to == null || to.isBlank()) {
            return Json.text(message, "recipient");
        }
        return message.path("recipient_type").asText().equals("group") ? to : PhoneNumbers.dialled(to);
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
        return to.isEmpty() ? "" : ", " + (message.path("type").isTextual() && TYPE.matcher(message.path("type").asText()).matches()
                ? message.path("type").asText() : "message") + " to …" + to.substring(Math.max(0, to.length() - 4)).replaceAll("\\s", "");
    }

    private static String wamid(JsonNode response) {
        String wamid = response == null ? "" : response.path("messages").path(0).path("id").asText("");
        return wamid.isEmpty() ? "" : " " + Wamid.shortened(wamid);
    }
}
