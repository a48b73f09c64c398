package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Bean {@code simulatedEvents}: webhooks that are no messages - of templates, the number, the account, and users' choices - by name. */
public final class SimulatedEvents {

    private static final JsonNode EVENTS = SimulatedTemplates.resource("events.json");
    private static final long DAY = 86_400;

    private final Settings settings;
    private final MetaWebhook webhook;

    SimulatedEvents(Settings settings) {
        this.settings = settings;
        webhook = new MetaWebhook(settings);
    }

    /** What is posted, and its row to queue as JSON. */
    public record Event(String answer, String callbacks) {
    }

    /** {@code {"event":"template-paused","from"?,"value"?:{over the sample}}}. */
    public Event of(byte[] body) {
        JsonNode wanted = SimulatedCustomers.parse(body);
        String name = CustomerContent.text(wanted, "event", "");
        if (!EVENTS.has(name)) {
            throw SimulatedCustomers.invalid("event", "is none of " + String.join(", ", names()));
        }
        String customer = CustomerContent.text(wanted, "from", SampleCustomers.FIRST).replaceFirst("^\\+", "");
        if (!customer.matches("\\d{5,15}")) {
            throw SimulatedCustomers.invalid("from", "must be a phone number of 5 to 15 digits");
        }
        ObjectNode value = value(name, customer);
        if (wanted.path("value").isObject()) {
            value.setAll((ObjectNode) wanted.path("value"));
        }
        ArrayNode rows = Json.MAPPER.createArrayNode();
        queue(rows, EVENTS.path(name).path("field").asText(), value, 0);
        return new Event(Json.write(Json.object().put("field", EVENTS.path(name).path("field").asText()).set("value", value)), Json.write(rows));
    }

    /** Adds the events of these names to the rows. */
    void queue(ArrayNode rows, JsonNode names, String customer, long delayMs) {
        names.forEach(name -> queue(rows, EVENTS.path(name.asText()).path("field").asText(), value(name.asText(), customer), delayMs));
    }

    private void queue(ArrayNode rows, String field, JsonNode value, long delayMs) {
        MetaWebhook.queue(rows, "event." + UUID.randomUUID(), Callback.EVENT + field, delayMs, webhook.field(field, value));
    }

    static List<String> names() {
        List<String> names = new ArrayList<>();
        EVENTS.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private ObjectNode value(String name, String customer) {
        ObjectNode metadata = Json.object().put("display_phone_number", webhook.displayNumber())
                .put("phone_number_id", settings.get("whatsapp.phone-number-id"));
        long now = Instant.now().getEpochSecond();
        String known = customer == null ? SampleCustomers.FIRST : customer;
        String user = SampleCustomers.userId(known);
        JsonNode filled = filled(EVENTS.path(name).path("value"), Map.of("$DISPLAY", text(webhook.displayNumber()), "$METADATA", metadata,
                "$NOW", Json.MAPPER.getNodeFactory().numberNode(now), "$TOMORROW", Json.MAPPER.getNodeFactory().numberNode(now + DAY),
                "$WABA", text(settings.get("whatsapp.waba-id")), "$FROM", text(known), "$NAME", text(SampleCustomers.name(known)),
                "$USER", text(user), "$NEXTUSER", text(user.substring(0, 3) + SampleCustomers.userId(user).substring(3))));
        return (ObjectNode) filled;
    }

    private static JsonNode text(String text) {
        return Json.MAPPER.getNodeFactory().textNode(text);
    }

    /** With what stands for a place in it put in. */
    private static JsonNode filled(JsonNode node, Map<String, JsonNode> places) {
        if (node.isTextual()) {
            return places.getOrDefault(node.asText(), node);
        }
        if (node.isArray()) {
            ArrayNode array = Json.MAPPER.createArrayNode();
            node.forEach(item -> array.add(filled(item, places)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = Json.object();
            for (Iterator<Map.Entry<String, JsonNode>> fields = node.fields(); fields.hasNext();) {
                Map.Entry<String, JsonNode> field = fields.next();
                object.set(field.getKey(), filled(field.getValue(), places));
            }
            return object;
        }
        return node;
    }
}
