package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.Set;

/** Bean {@code statuses}: reads what became of a message that we sent. */
public final class StatusOutcomes {

    private static final Set<String> KNOWN = Set.of("sent", "delivered", "read", "played", "failed");

    /** One row of the message's history; a status that we do not know is kept and counted as unsupported. */
    public Outcome of(InboundItem item) {
        JsonNode node = item.node();
        String wamid = Json.text(node, "id");
        if (wamid == null || item.type() == null) {
            throw new ItemFault("The status has no id or no status.");
        }
        if (item.phoneNumberId() == null) {
            throw new ItemFault("The change names no phone_number_id.");
        }
        Outcome outcome = new Outcome(item, "inbound-status");
        ObjectNode row = outcome.row();
        row.put("key", wamid);
        row.put("wamid", wamid);
        row.put("status", item.type());
        row.put("at", Times.of(node, item.entry().receivedAt()));
        String participant = Json.text(node, "recipient_participant_user_id");
        row.put("participant", participant == null ? Json.text(node, "recipient_participant_id") : participant);
        row.put("callback_data", Json.text(node, "biz_opaque_callback_data"));
        JsonNode error = node.path("errors").path(0);
        row.set("error", error.isMissingNode() ? null : Errors.of(error));
        row.set("payload", node);
        return KNOWN.contains(item.type()) ? outcome
                : outcome.unsupported("There is no such status in our lattice: " + item.type() + ".");
    }
}
