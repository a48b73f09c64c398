package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.io.UncheckedIOException;
import java.time.Instant;

/** The frame of a {@code messages} webhook, and its bytes as Meta writes them: ASCII only, {@code \u00e9} and {@code \/}. */
final class MetaWebhook {

    private static final ObjectWriter AS_META = Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII)
            .without(JsonWriteFeature.WRITE_HEX_UPPER_CASE);

    private final Settings settings;

    MetaWebhook(Settings settings) {
        this.settings = settings;
    }

    String displayNumber() {
        return settings.get("whatsapp.simulator.phone-number");
    }

    /** One message or status; {@code contacts} is left out when null. */
    String of(String part, ObjectNode item, ArrayNode contacts) {
        ObjectNode body = Json.object();
        body.put("object", "whatsapp_business_account");
        ObjectNode change = body.putArray("entry").addObject().put("id", settings.get("whatsapp.waba-id"))
                .putArray("changes").addObject();
        ObjectNode value = change.putObject("value");
        value.put("messaging_product", "whatsapp");
        value.putObject("metadata").put("display_phone_number", displayNumber())
                .put("phone_number_id", settings.get("whatsapp.phone-number-id"));
        if (contacts != null) {
            value.set("contacts", contacts);
        }
        value.putArray(part).add(item);
        change.put("field", "messages");
        return written(body);
    }

    /** A change of any other field, which Meta sends with the time of its entry. */
    String change(String field, ObjectNode value) {
        ObjectNode body = Json.object();
        ObjectNode entry = body.putArray("entry").addObject().put("id", settings.get("whatsapp.waba-id"))
                .put("time", Instant.now().getEpochSecond());
        entry.putArray("changes").addObject().put("field", field).set("value", value);
        return written(body.put("object", "whatsapp_business_account"));
    }

    private static String written(ObjectNode body) {
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
