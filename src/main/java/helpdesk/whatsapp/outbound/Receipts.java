package helpdesk.whatsapp.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;

/** Bean {@code receipts}: the Graph API body that marks a customer's message as read, and may show that somebody types. */
public final class Receipts {

    public String body(String receipt) {
        JsonNode wanted = Json.read(receipt);
        ObjectNode body = Json.object().put("messaging_product", "whatsapp").put("status", "read")
                .put("message_id", wanted.path("wamid").asText());
        if (wanted.path("typing").asBoolean()) {
            body.putObject("typing_indicator").put("type", "text");
        }
        return Json.write(body);
    }
}
