package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Bean {@code simulatedSends}: what Meta answers to a message, and the statuses with which it calls back. */
public final class SimulatedSends {

    private static final List<String> TYPES = List.of("text", "image", "video", "audio", "document", "sticker", "location",
            "contacts", "reaction", "interactive", "template");
    private static final int LONGEST_TEXT = 4096;

    private final Settings settings;
    private final MetaWebhook webhook;

    private final SimulatedPhones phones;

    public SimulatedSends(Settings settings, SimulatedPhones phones) {
        this.settings = settings;
        this.phones = phones;
        webhook = new MetaWebhook(settings);
    }

    /** The answer, and the callbacks to queue as JSON. */
    public record Accepted(String answer, String callbacks) {

        public boolean hasCallbacks() {
            return callbacks != null;
        }
    }

    /** Where a message goes: a phone number's digits, else a business-scoped user id. */
    private record Recipient(String input, String waId, String userId) {

        String name() {
            return waId == null ? userId : waId;
        }
    }

    public Accepted accept(GraphCall call) {
        JsonNode message = call.json();
        if (!"whatsapp".equals(Json.text(message, "messaging_product"))) {
            throw GraphError.required("messaging_product");
        }
        if ("read".equals(Json.text(message, "status"))) {
            String read = requireText(message, "message_id");
            if (message.has("typing_indicator")) {
                Wamid.customer(read).ifPresent(phones::typed);
            }
            return new Accepted("{\"success\":true}", null);
        }
        Recipient recipient = recipient(message);
        String type = message.path("type").asText("text");
        check(type, message);
        String wamid = Wamid.toCustomer(recipient.name());
        phones.written(recipient.name());
        return new Accepted(answer(recipient, wamid), statuses(message, type, recipient, wamid));
    }

    private static Recipient recipient(JsonNode message) {
        String to = Json.text(message, "to");
        if (to != null && !to.isBlank()) {      // with both the phone wins
            String digits = to.replaceAll("\\D", "");
            if (digits.isEmpty()) {
                throw GraphError.parameter("Parameter 'to' must be a phone number.");
            }
            return new Recipient(to, digits, null);
        }
        String userId = Json.text(message, "recipient");
        if (userId == null || userId.isBlank()) {
            throw GraphError.required("to");
        }
        if (!userId.matches("[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}")) {
            throw GraphError.parameter("Parameter 'recipient' must be a business-scoped user id.");
        }
        return new Recipient(userId, null, userId);
    }

    private static void check(String type, JsonNode message) {
        if (!TYPES.contains(type)) {
            throw GraphError.parameter("Param type must be one of {" + String.join(", ", TYPES).toUpperCase() + "} - got \"" + type + "\".");
        }
        JsonNode content = message.path(type);
        if (content.isEmpty() || content.isArray() != type.equals("contacts")) {
            throw GraphError.parameter("Parameter '" + type + "' is mandatory for type '" + type + "'");
        }
        if (type.equals("text")) {
            String body = requireText(content, "body");
            if (body.length() > LONGEST_TEXT) {
                throw GraphError.parameter("Param text['body'] must be at most " + LONGEST_TEXT + " characters long.");
            }
        }
    }

    private static String requireText(JsonNode node, String field) {
        String text = Json.text(node, field);
        if (text == null || text.isEmpty()) {
            throw GraphError.required(field);
        }
        return text;
    }

    private static String answer(Recipient recipient, String wamid) {
        ObjectNode answer = Json.object().put("messaging_product", "whatsapp");
        ObjectNode contact = answer.putArray("contacts").addObject().put("input", recipient.input());
        contact.put(recipient.waId() == null ? "user_id" : "wa_id", recipient.name());
        answer.putArray("messages").addObject().put("id", wamid);
        return Json.write(answer);
    }

    private String statuses(JsonNode message, String type, Recipient recipient, String wamid) {
        List<String> statuses = new ArrayList<>(List.of("sent"));
        if (!type.equals("reaction")) {
            statuses.addAll(List.of("delivered", "read"));
        }
        if (message.path("audio").path("voice").asBoolean()) {
            statuses.add("played");
        }
        ArrayNode callbacks = Json.MAPPER.createArrayNode();
        List<String> now = phones.now(recipient.name(), statuses);
        now.forEach(status -> queue(callbacks, status, message, recipient, wamid));
        if (!now.contains("failed")) {
            ArrayNode later = Json.MAPPER.createArrayNode();
            statuses.stream().filter(status -> !now.contains(status)).forEach(status -> queue(later, status, message, recipient, wamid));
            later.forEach(callback -> phones.hold(recipient.name(), (ObjectNode) callback));
        }
        return Json.write(callbacks);
    }

    private void queue(ArrayNode callbacks, String status, JsonNode message, Recipient recipient, String wamid) {
        long due = (long) settings.getInt("whatsapp.simulator.delay-ms") * (callbacks.size() + 1);
        ObjectNode item = Json.object().put("id", wamid).put("status", status)
                .put("timestamp", String.valueOf(Instant.now().plusMillis(due).getEpochSecond()));
        item.put(recipient.waId() == null ? "recipient_user_id" : "recipient_id", recipient.name());
        if (message.hasNonNull("biz_opaque_callback_data")) {
            item.put("biz_opaque_callback_data", message.path("biz_opaque_callback_data").asText());
        }
        if (status.equals("sent")) {
            item.putObject("pricing").put("billable", true).put("pricing_model", "PMP").put("type", "regular")
                    .put("category", "service");
        }
        if (status.equals("failed")) {
            ObjectNode error = item.putArray("errors").addObject().put("code", 131026).put("title", "Message undeliverable")
                    .put("message", "Message undeliverable");
            error.putObject("error_data").put("details", "Message Undeliverable.");
        }
        MetaWebhook.queue(callbacks, wamid, status, due, webhook.of("statuses", item, contacts(recipient)));
    }

    private static ArrayNode contacts(Recipient recipient) {
        ArrayNode contacts = Json.MAPPER.createArrayNode();
        ObjectNode contact = contacts.addObject();
        String name = SampleCustomers.NAMES.get(recipient.waId() == null ? "" : recipient.waId());
        if (name != null) {
            contact.putObject("profile").put("name", name);
        }
        contact.setAll(Json.MAPPER.<ObjectNode>valueToTree(Map.of(recipient.waId() == null ? "user_id" : "wa_id", recipient.name())));
        return contacts;
    }
}
