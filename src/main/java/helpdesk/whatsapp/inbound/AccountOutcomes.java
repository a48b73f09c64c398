package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.Json;

/** Bean {@code accounts}: reads everything that is neither a message nor a status. */
public final class AccountOutcomes {

    /** Kept whole under a topic. What has no id is known by a hash of account, field, value and time. */
    public Outcome of(InboundItem item, String topic) {
        if (!item.node().isObject() || item.field() == null || !item.node().has("value") && item.part().equals("change")) {
            throw new ItemFault("The change has no field or no value.");
        }
        Outcome outcome = new Outcome(item, "inbound-account");
        ObjectNode row = outcome.row();
        JsonNode value = item.part().equals("error") ? item.node() : item.value();
        String hash = Hashes.sha256(String.join("\n", String.valueOf(item.wabaId()), item.field(), value.toString(),
                item.part().equals("error") ? item.value().toString() : "", String.valueOf(item.entryTime())));
        row.put("key", hash);
        row.put("field", item.field());
        row.put("topic", topic);
        row.put("event", item.type());
        row.put("at", item.entry().receivedAt().toString());
        row.set("payload", value);
        return outcome;
    }

    /** A field that we have no topic for: kept all the same, and counted as unsupported. */
    public Outcome unknown(InboundItem item) {
        return of(item, "unknown").unsupported("There is no topic for the field " + item.field() + ".");
    }

    /** An event that has no items at all. */
    public Outcome event(InboundItem item) {
        return new Outcome(item, "webhook-process").dead(item.node().asText());
    }
}
