package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Bean {@code messages}: reads a customer's message into the rows that it wants, one method for each branch. */
public final class MessageOutcomes {

    public Outcome text(InboundItem item) {
        String body = Json.text(item.node().path("text"), "body");
        if (body == null) {
            throw new ItemFault("The text message has no text.body.");
        }
        return message(item, "inbound-text", body);
    }

    public Outcome media(InboundItem item) {
        JsonNode file = item.node().path(item.type());
        Outcome outcome = message(item, "inbound-media", Json.text(file, "caption"));
        String graphId = Json.text(file, "id");
        JsonNode error = item.node().path("errors").path(0);
        if (graphId == null && error.isMissingNode()) {
            throw new ItemFault("The " + item.type() + " message has no " + item.type() + ".id.");
        }
        ObjectNode media = outcome.row().putObject("media");
        media.put("id", UUID.randomUUID().toString());
        media.put("graph_id", graphId);
        media.put("state", graphId == null ? "failed" : "pending");
        media.put("error", graphId == null ? Errors.sentence(error) : null);
        media.put("mime_type", Json.text(file, "mime_type"));
        media.put("sha256", Hashes.hex(Json.text(file, "sha256")));
        media.put("file_name", Json.text(file, "filename"));
        media.put("caption", Json.text(file, "caption"));
        return outcome;
    }

    /** A chosen button or list row, an answered form; {@code text} is the title, {@code choiceId} what our message called it. */
    public Outcome interactive(InboundItem item) {
        JsonNode node = item.node();
        JsonNode answer = node.path("button");
        if ("interactive".equals(item.type())) {
            JsonNode interactive = node.path("interactive");
            answer = interactive.path(interactive.path("type").asText());
        }
        String title = first(Json.text(answer, "title"), Json.text(answer, "text"), Json.text(answer, "body"));
        Outcome outcome = message(item, "inbound-interactive", title);
        outcome.row().put("choice_id", first(Json.text(answer, "id"), Json.text(answer, "payload")));
        return outcome;
    }

    public Outcome location(InboundItem item) {
        JsonNode location = item.node().path("location");
        if (!location.path("latitude").isValueNode() || !location.path("longitude").isValueNode()) {
            throw new ItemFault("The location message has no latitude and longitude.");
        }
        String place = location.path("latitude").asText() + ", " + location.path("longitude").asText();
        String name = joined(", ", Json.text(location, "name"), Json.text(location, "address"));
        return message(item, "inbound-location", name.isEmpty() ? place : name);
    }

    public Outcome contactCard(InboundItem item) {
        List<String> names = new ArrayList<>();
        item.node().path("contacts").forEach(card -> names.add(first(Json.text(card.path("name"), "formatted_name"),
                Json.text(card.path("name"), "first_name"), Json.text(card.path("phones").path(0), "phone"), "contact")));
        if (names.isEmpty()) {
            throw new ItemFault("The contacts message has no contacts.");
        }
        return message(item, "inbound-contact-card", String.join(", ", names));
    }

    /** An emoji on a message; an empty or missing emoji takes it back. */
    public Outcome reaction(InboundItem item) {
        JsonNode reaction = item.node().path("reaction");
        String target = Json.text(reaction, "message_id");
        if (target == null) {
            throw new ItemFault("The reaction names no message.");
        }
        Outcome outcome = message(item, "inbound-reaction", Json.text(reaction, "emoji"));
        outcome.row().put("context_wamid", target);
        outcome.row().putObject("reaction").put("target", target)
                .put("emoji", first(Json.text(reaction, "emoji"), ""));
        return outcome;
    }

    public Outcome order(InboundItem item) {
        JsonNode products = item.node().path("order").path("product_items");
        if (!products.isArray()) {
            throw new ItemFault("The order has no product_items.");
        }
        String note = Json.text(item.node().path("order"), "text");
        return message(item, "inbound-order", joined(": ", products.size() + (products.size() == 1 ? " product" : " products"),
                note == null || note.isEmpty() ? null : note));
    }

    /** A customer's number or id has changed: the new one becomes another name of the same contact. */
    public Outcome system(InboundItem item) {
        JsonNode system = item.node().path("system");
        Outcome outcome = message(item, "inbound-system", Json.text(system, "body"));
        ObjectNode row = outcome.row();
        row.put("alias_wa_id", Json.text(system, "wa_id"));
        row.put("alias_user_id", Json.text(system, "user_id"));
        row.put("alias_parent_user_id", Json.text(system, "parent_user_id"));
        return outcome;
    }

    /** What no branch knows: kept whole and shown as such. An edit or a deletion is joined to its original. */
    public Outcome unsupported(InboundItem item) {
        Outcome outcome = message(item, "inbound-unsupported", null);
        JsonNode named = item.node().path(item.type() == null ? "" : item.type());
        String original = Json.text(named, "original_message_id");
        if (original != null) {
            outcome.row().put("context_wamid", original);
        }
        JsonNode error = item.node().path("errors").path(0);
        String type = first(Json.text(item.node().path("unsupported"), "type"), item.type(), "none");
        return outcome.unsupported(error.isMissingNode() ? "There is no branch for the message type " + type + "."
                : "Message type " + type + ": " + Errors.sentence(error));
    }

    private static Outcome message(InboundItem item, String route, String text) {
        if (!item.node().isObject()) {
            throw new ItemFault("The message is not a JSON object.");
        }
        String wamid = Json.text(item.node(), "id");
        if (wamid == null || wamid.isBlank()) {
            throw new ItemFault("The message has no id.");
        }
        if (item.phoneNumberId() == null) {
            throw new ItemFault("The change names no phone_number_id.");
        }
        Outcome outcome = new Outcome(item, route);
        ObjectNode row = outcome.row();
        row.put("key", wamid);
        row.put("wamid", wamid);
        row.put("at", Times.of(item.node(), item.entry().receivedAt()));
        row.put("text", text);
        row.put("context_wamid", Json.text(item.node().path("context"), "id"));
        row.set("payload", item.node());
        Sender.of(item).into(row);
        return outcome;
    }

    private static String first(String... values) {
        for (String value : values) {
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static String joined(String separator, String... values) {
        List<String> present = new ArrayList<>();
        for (String value : values) {
            if (value != null) {
                present.add(value);
            }
        }
        return String.join(separator, present);
    }
}
