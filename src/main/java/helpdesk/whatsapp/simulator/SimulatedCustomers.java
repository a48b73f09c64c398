package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Bean {@code simulatedCustomers}: makes the webhook of a message that a customer writes. */
public final class SimulatedCustomers {

    private final MetaWebhook webhook;
    private final CustomerContent content;

    public SimulatedCustomers(Settings settings, SimulatedMedia media) {
        webhook = new MetaWebhook(settings);
        content = new CustomerContent(media);
    }

    /** The answer, the webhook to queue as JSON, and the file to keep; null when there is none. */
    public record Written(String answer, String callbacks, SimulatedMedia.Kept media) {
    }

    /** Who writes; the phone is null for a user who keeps it hidden, the user id unless one was named. */
    record Customer(String phone, String userId, String name) {

        String id() {
            return phone == null ? userId : phone;
        }
    }

    public Written write(byte[] body) {
        JsonNode wanted = parse(body);
        Customer customer = customer(wanted);
        CustomerContent.Content written = content.of(wanted, customer);
        String wamid = Wamid.fromCustomer(customer.id());
        ObjectNode message = Json.object();
        put(message, "from", customer.phone());
        put(message, "from_user_id", customer.userId());
        message.put("id", wamid).put("timestamp", timestamp(wanted)).put("type", written.type());
        JsonNode context = context(wanted);
        if (context != null) {
            message.set("context", context);
        }
        message.setAll(written.fields());
        // A system message is Meta's own: nobody wrote it.
        ArrayNode contacts = written.type().equals("system") ? null : contacts(customer);
        ArrayNode callbacks = Json.MAPPER.createArrayNode();
        MetaWebhook.queue(callbacks, wamid, "inbound " + written.type(), 0, webhook.of("messages", message, contacts));
        return new Written(Json.write(Json.object().put("wamid", wamid)), Json.write(callbacks), written.media());
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode wanted = body == null ? null : Json.MAPPER.readTree(body);
            if (wanted != null && wanted.isObject()) {
                return wanted;
            }
        } catch (IOException e) {
            // said below
        }
        throw new Problem(400, "bad-json", "The body must be a JSON object like {\"from\":\"15551230001\",\"type\":\"text\",\"text\":\"Hello\"}.");
    }

    private static Customer customer(JsonNode wanted) {
        String userId = Json.text(wanted, "userId");
        boolean hidden = wanted.path("from").isNull();
        String from = hidden ? null : wanted.path("from").asText(SampleCustomers.FIRST).replaceFirst("^\\+", "");
        if (hidden && userId == null) {
            throw invalid("userId", "is needed when from is null");
        }
        if (!hidden && !from.matches("\\d{5,15}")) {
            throw invalid("from", "must be a phone number of 5 to 15 digits, or null");
        }
        String name = Json.text(wanted, "name");
        return new Customer(from, userId, name != null ? name : SampleCustomers.name(hidden ? userId : from));
    }

    private static ArrayNode contacts(Customer customer) {
        ArrayNode contacts = Json.MAPPER.createArrayNode();
        ObjectNode contact = contacts.addObject();
        contact.putObject("profile").put("name", customer.name());
        put(contact, "wa_id", customer.phone());
        put(contact, "user_id", customer.userId());
        return contacts;
    }

    private static String timestamp(JsonNode wanted) {
        String timestamp = wanted.path("timestamp").asText(String.valueOf(Instant.now().getEpochSecond()));
        if (!timestamp.matches("\\d{1,12}")) {
            throw invalid("timestamp", "must be Unix seconds");
        }
        return timestamp;
    }

    /** A wamid that is replied to, or Meta's object as it is. */
    private JsonNode context(JsonNode wanted) {
        JsonNode given = wanted.hasNonNull("context") ? wanted.path("context") : wanted.path("replyTo");
        if (given.isObject()) {
            return given;
        }
        return given.isTextual() ? Json.object().put("from", webhook.displayNumber()).put("id", given.asText()) : null;
    }

    private static void put(ObjectNode node, String field, String value) {
        if (value != null) {
            node.put(field, value);
        }
    }

    static Problem invalid(String field, String message) {
        return Problem.validation(List.of(new Problem.FieldError(field, message)));
    }
}
