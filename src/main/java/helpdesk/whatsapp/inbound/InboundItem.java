package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.log.LogEntry;

/**
 * One item of a webhook event: what {@code inbound-classify} routes.
 *
 * @param entry the event in the log
 * @param number its number within the event, from 0
 * @param path where it is in the event, for example {@code entry[0].changes[1].value.messages[2]}
 * @param part message, status, error (of a value), change (a whole change of another field), or event (one that has no items)
 * @param field the change's field, for example messages or account_update
 * @param type the message's type, the status, or the change's event; may be null
 * @param wabaId id of the entry, which is the WhatsApp Business account
 * @param entryTime Meta's time of the entry in Unix seconds; null for messages
 * @param value the change's value, with metadata and contacts
 * @param node the item itself
 */
public record InboundItem(LogEntry entry, int number, String path, String part, String field, String type, String wabaId,
        String entryTime, JsonNode value, JsonNode node) {

    /** The business number's id, by which everything is routed; null where Meta names none. */
    public String phoneNumberId() {
        JsonNode id = value.path("metadata").path("phone_number_id");
        return id.isValueNode() && !id.isNull() ? id.asText() : null;
    }

    // Two items are the same when they are one: Camel asks at each step that names the body, and the event is long.
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /** What the trace shows. */
    @Override
    public String toString() {
        return Json.write(Json.object().put("part", part).put("type", type).put("field", field).put("path", path)
                .put("phone_number_id", phoneNumberId()).set("node", node));
    }
}
