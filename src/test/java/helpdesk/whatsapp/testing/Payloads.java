package helpdesk.whatsapp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.time.Instant;
import java.util.List;

/** Webhook bodies as Meta makes them: changes in an entry, messages and statuses in a change. */
public final class Payloads {

    private Payloads() {
    }

    /** One entry with these changes. */
    public static String webhook(JsonNode... changes) {
        return webhookOf(List.of(entry(changes)));
    }

    public static String webhookOf(List<ObjectNode> entries) {
        ObjectNode root = Json.object().put("object", "whatsapp_business_account");
        root.putArray("entry").addAll(entries);
        return Json.write(root);
    }

    public static ObjectNode entry(JsonNode... changes) {
        ObjectNode entry = Json.object().put("id", "200000000000001");
        entry.putArray("changes").addAll(List.of(changes));
        return entry;
    }

    /** Messages to the number of the tests. */
    public static String messages(JsonNode... messages) {
        return webhook(change(TestApp.NUMBER, "messages", messages));
    }

    public static String statuses(JsonNode... statuses) {
        return webhook(change(TestApp.NUMBER, "statuses", statuses));
    }

    /** A change of the field messages: {@code part} is messages, statuses or errors. */
    public static ObjectNode change(String phoneNumberId, String part, JsonNode... items) {
        ObjectNode change = Json.object().put("field", "messages");
        ObjectNode value = change.putObject("value").put("messaging_product", "whatsapp");
        value.putObject("metadata").put("display_phone_number", "15550009999").put("phone_number_id", phoneNumberId);
        value.putArray(part).addAll(List.of(items));
        return change;
    }

    /** A change of another field. */
    public static ObjectNode change(String field, JsonNode value) {
        ObjectNode change = Json.object().put("field", field);
        change.set("value", value);
        return change;
    }

    /** Adds a part to a change that has another one already. */
    public static ObjectNode with(ObjectNode change, String part, JsonNode... items) {
        ArrayNode array = ((ObjectNode) change.path("value")).withArray(part);
        array.addAll(List.of(items));
        return change;
    }

    /** One of the contacts of a change; a null is left out. */
    public static ObjectNode contact(String waId, String userId, String name) {
        ObjectNode contact = Json.object();
        contact.putObject("profile").put("name", name);
        return put(put(contact, "wa_id", waId), "user_id", userId);
    }

    public static ObjectNode text(String from, String wamid, String body) {
        ObjectNode message = message(from, wamid, "text");
        message.putObject("text").put("body", body);
        return message;
    }

    /** A message without its content. */
    public static ObjectNode message(String from, String wamid, String type) {
        ObjectNode message = put(Json.object(), "from", from);
        return message.put("id", wamid).put("timestamp", String.valueOf(Instant.now().getEpochSecond())).put("type", type);
    }

    public static ObjectNode quoting(ObjectNode message, String wamid) {
        message.putObject("context").put("from", "15550009999").put("id", wamid);
        return message;
    }

    public static ObjectNode status(String wamid, String status) {
        ObjectNode node = Json.object().put("id", wamid).put("status", status)
                .put("timestamp", String.valueOf(Instant.now().getEpochSecond())).put("recipient_id", "16505550100");
        if (status.equals("failed")) {
            node.putArray("errors").addObject().put("code", 131026).put("title", "Message undeliverable")
                    .putObject("error_data").put("details", "Message Undeliverable.");
        }
        return node;
    }

    public static ObjectNode put(ObjectNode node, String name, String value) {
        return value == null ? node : node.put(name, value);
    }
}
