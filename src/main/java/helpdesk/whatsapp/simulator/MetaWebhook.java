package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/** The frame of a webhook, and its bytes as Meta writes them: ASCII only, {@code \u00e9} and {@code \/}. */
final class MetaWebhook {

    private static final ObjectWriter AS_META = Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII)
            .without(JsonWriteFeature.WRITE_HEX_UPPER_CASE);
    private static final String OBJECT = "whatsapp_business_account";

    private final Settings settings;
    private final StatusDetails details;

    MetaWebhook(Settings settings) {
        this.settings = settings;
        details = new StatusDetails(settings);
    }

    String displayNumber() {
        return settings.get("whatsapp.simulator.phone-number");
    }

    /** The business number that a webhook is about. */
    record Number(String id, String digits) {
    }

    Number configured() {
        return new Number(settings.get("whatsapp.phone-number-id"), displayNumber());
    }

    /** One message or status of the configured number; see below. */
    String of(String part, ObjectNode item, ArrayNode contacts) {
        return of(part, List.of(item), contacts, configured());
    }

    /** Messages or statuses; {@code contacts} is left out when null. A status gets what belongs to it in our version of the webhook. */
    String of(String part, List<ObjectNode> items, ArrayNode contacts, Number number) {
        if (part.equals("statuses")) {
            items.forEach(details::complete);
        }
        boolean objectFirst = (items.get(0).path("id").asText().hashCode() & 1) == 0;       // Meta's order varies
        ObjectNode body = objectFirst ? Json.object().put("object", OBJECT) : Json.object();
        ObjectNode change = entry(body).putArray("changes").addObject();
        body.put("object", OBJECT);
        ObjectNode value = change.putObject("value");
        value.put("messaging_product", "whatsapp");
        value.putObject("metadata").put("display_phone_number", number.digits()).put("phone_number_id", number.id());
        if (contacts != null) {
            value.set("contacts", contacts);
        }
        value.putArray(part).addAll(items);
        change.put("field", "messages");
        return bytes(body);
    }

    /** Something that is no message: a field of the account, a template, the number or a user. */
    String field(String field, JsonNode value) {
        ObjectNode body = Json.object().put("object", OBJECT);
        ObjectNode entry = entry(body);
        if (!Callbacks.isLikeMessages(field)) {
            entry.put("time", Instant.now().getEpochSecond());
        }
        ObjectNode change = entry.putArray("changes").addObject();
        change.set("value", value);
        change.put("field", field);
        return bytes(body);
    }

    private ObjectNode entry(ObjectNode body) {
        return body.putArray("entry").addObject().put("id", settings.get("whatsapp.waba-id"));
    }

    static String bytes(JsonNode body) {
        try {
            return AS_META.writeValueAsString(body).replace("/", "\\/");     // a writer can't be told to; only texts have slashes
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A row of {@code sql/simulator/insert-callbacks.sql}. */
    static void queue(ArrayNode callbacks, String message, String kind, long delayMs, String body) {
        callbacks.addObject().put("position", callbacks.size()).put("message", message).put("kind", kind)
                .put("delay_ms", delayMs).put("body", body);
    }
}
