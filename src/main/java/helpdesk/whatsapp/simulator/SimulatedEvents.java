package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Bean {@code simulatedEvents}: webhooks that are no messages - of templates, the number, the account, and users' choices by name, any other
 * by its field.
 */
public final class SimulatedEvents {

    private static final JsonNode EVENTS = SimulatedTemplates.resource("events.json");
    private static final long DAY = 86_400;

    private final Settings settings;
    private final MetaWebhook webhook;
    private final SimulatedUsers users;

    SimulatedEvents(Settings settings, SimulatedUsers users) {
        this.settings = settings;
        this.users = users;
        webhook = new MetaWebhook(settings);
    }

    /** What is posted, its row to queue, and whether customers say by it that they want marketing (stop, resume), each as JSON. */
    public record Event(String answer, String callbacks, String preferences) {

        public boolean isPreference() {
            return !preferences.equals("{}");
        }
    }

    /** {@code {"event":"template-paused","from"?,"value"?:{over the sample}}}, or {@code {"field":"calls","value":{all of it}}}. */
    public Event of(byte[] body) {
        JsonNode wanted = SimulatedCustomers.parse(body);
        String name = CustomerContent.text(wanted, "event", "");
        String field = name.isEmpty() ? CustomerContent.text(wanted, "field", "") : EVENTS.path(name).path("field").asText();
        if (!field.matches("[a-z_]{1,60}")) {
            throw SimulatedCustomers.invalid("event", "is none of " + String.join(", ", names()) + "; any other needs field and value");
        }
        if (name.isEmpty() && !wanted.path("value").isObject()) {
            throw SimulatedCustomers.invalid("value", "must be an object");
        }
        String customer = SimulatedCustomers.number("from", CustomerContent.text(wanted, "from", SampleCustomers.FIRST));
        ObjectNode sample = EVENTS.has(name) ? EVENTS.path(name).path("value").deepCopy() : Json.object();
        if (wanted.path("value").isObject()) {
            sample.setAll((ObjectNode) wanted.path("value"));
        }
        ObjectNode value = filled(sample, customer);
        for (JsonNode change : value.path("user_id_update")) {
            Customer changed = users.of(CustomerContent.text(change, "wa_id", change.at("/user_id/previous").asText()));
            String now = change.at("/user_id/current").asText();
            if (SimulatedUsers.isUserId(now)) {
                users.remember(changed.withUserId(now));
            }
        }
        ArrayNode rows = Json.MAPPER.createArrayNode();
        queue(rows, field, value, 0);
        return new Event(Json.write(Json.object().put("field", field).set("value", value)), Json.write(rows), Json.write(preferences(value)));
    }

    /** By customer, as the simulator knows each. */
    private ObjectNode preferences(JsonNode value) {
        ObjectNode preferences = Json.object();
        for (JsonNode said : value.path("user_preferences")) {
            String customer = CustomerContent.text(said, "wa_id", Json.text(said, "user_id"));
            if (customer != null && said.path("category").asText().equals("marketing_messages")) {
                preferences.put(users.of(customer).key(), Json.text(said, "value"));
            }
        }
        return preferences;
    }

    /** Adds the events of these names to the rows. */
    void queue(ArrayNode rows, JsonNode names, String customer, long delayMs) {
        for (JsonNode name : names) {
            JsonNode event = EVENTS.path(name.asText());
            queue(rows, event.path("field").asText(), filled(event.path("value"), customer), delayMs);
        }
    }

    private void queue(ArrayNode rows, String field, JsonNode value, long delayMs) {
        MetaWebhook.queue(rows, "event." + UUID.randomUUID(), Callback.EVENT + field, delayMs, webhook.field(field, value));
    }

    static List<String> names() {
        List<String> names = new ArrayList<>();
        EVENTS.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** With the number, the account, the customer, and times put in where {@code $…} stands for them. */
    private ObjectNode filled(JsonNode value, String customer) {
        ObjectNode metadata = Json.object().put("display_phone_number", webhook.displayNumber())
                .put("phone_number_id", settings.get("whatsapp.phone-number-id"));
        long now = Instant.now().getEpochSecond();
        Customer about = users.of(customer == null ? SampleCustomers.FIRST : customer);
        String name = about.name() == null ? SampleCustomers.name(about.key()) : about.name();
        return (ObjectNode) filled(value, Map.of("$DISPLAY", text(webhook.displayNumber()), "$METADATA", metadata,
                "$NOW", Json.MAPPER.getNodeFactory().numberNode(now), "$TOMORROW", Json.MAPPER.getNodeFactory().numberNode(now + DAY),
                "$WABA", text(settings.get("whatsapp.waba-id")), "$FROM", about.phone() == null ? Json.MAPPER.missingNode() : text(about.phone()), "$NAME", text(name),
                "$USER", text(about.userId()), "$NEXTUSER", text(SampleCustomers.nextUserId(about.userId()))));
    }

    private static JsonNode text(String text) {
        return Json.MAPPER.getNodeFactory().textNode(text);
    }

    /** With what stands for a place in it put in; a field for which there is nothing is left out. */
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
                JsonNode filled = filled(field.getValue(), places);
                if (!filled.isMissingNode()) {
                    object.set(field.getKey(), filled);
                }
            }
            return object;
        }
        return node;
    }
}
