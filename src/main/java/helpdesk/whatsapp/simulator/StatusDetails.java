package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;

/**
 * What Meta tells with a status beside the status itself: who the recipient is by user id, and, by the version of the webhook, the
 * conversation. Until v23 each message has one; from v24 on there is none any more.
 */
final class StatusDetails {

    private static final int WITHOUT_CONVERSATION = 24;
    private static final long DAY = 86_400;

    private final Settings settings;

    StatusDetails(Settings settings) {
        this.settings = settings;
    }

    /** Completes a status; the contacts that go with it, or null: a failed one has none. */
    ArrayNode complete(ObjectNode status, ArrayNode contacts) {
        String what = status.path("status").asText();
        boolean failed = what.equals("failed");
        String number = Json.text(status, "recipient_id");
        if (number != null && !failed && !status.has("recipient_user_id") && !status.has("recipient_type")) {
            status.put("recipient_user_id", SampleCustomers.userId(number));
        }
        if (what.equals("sent") && version() < WITHOUT_CONVERSATION && !status.has("conversation")) {
            ObjectNode conversation = status.putObject("conversation")
                    .put("id", Hashes.sha256(status.path("id").asText()).substring(0, 32))
                    .put("expiration_timestamp", String.valueOf(status.path("timestamp").asLong() + DAY));
            conversation.putObject("origin").put("type", status.path("pricing").path("category").asText("service"));
        }
        if (failed) {
            return null;
        }
        if (contacts != null && number != null) {
            contacts.forEach(contact -> {
                if (number.equals(Json.text(contact, "wa_id")) && !contact.has("user_id")) {
                    ((ObjectNode) contact).put("user_id", SampleCustomers.userId(number));
                }
            });
        }
        return contacts;
    }

    private int version() {
        String version = settings.get("whatsapp.graph.version");
        return version.matches("v\\d{1,4}\\..*") ? Integer.parseInt(version.substring(1, version.indexOf('.'))) : Integer.MAX_VALUE;
    }
}
