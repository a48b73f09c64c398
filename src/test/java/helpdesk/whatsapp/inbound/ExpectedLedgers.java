package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What webhooks add to both ledgers, read by another parser than the product's: from Meta's documentation, as little as will do. */
final class ExpectedLedgers {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Set<String> seen = new HashSet<>();
    private int eventsDone;
    private int eventsDead;
    private int stored;
    private int duplicate;
    private int unsupported;
    private int dead;

    record Counts(int eventsDone, int eventsDead, int itemsReceived, int stored, int duplicate, int unsupported, int dead) {
    }

    Counts counts() {
        return new Counts(eventsDone, eventsDead, stored + duplicate + unsupported + dead, stored, duplicate, unsupported, dead);
    }

    void add(String body) {
        JsonNode root;
        try {
            root = MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            eventsDead++;
            return;
        }
        boolean ours = root.path("object").asText().equals("whatsapp_business_account");
        if (ours && !root.path("entry").isArray()) {
            eventsDead++;
            return;
        }
        eventsDone++;
        if (ours) {
            for (JsonNode entry : root.path("entry")) {
                if (entry.isObject()) {
                    entry.path("changes").forEach(this::change);
                } else {
                    dead++;
                }
            }
        }
    }

    private void change(JsonNode change) {
        JsonNode value = change.path("value");
        if (!change.path("field").asText().equals("messages")) {
            count(!value.isMissingNode(), change.path("field").asText().equals("account_update"), change.toString());
            return;
        }
        for (JsonNode message : value.path("messages")) {
            String type = message.path("type").asText();
            boolean known = List.of("text", "image", "location", "reaction").contains(type);
            count(message.has("id") && message.has("from") && message.path("timestamp").asText().matches("\\d+")
                    && (!known || message.has(type)), known, "message " + message.path("id").asText());
        }
        for (JsonNode status : value.path("statuses")) {
            count(status.has("id"), !status.path("status").asText().equals("teleported"),
                    status.path("status").asText() + " " + status.path("id").asText());
        }
        for (JsonNode error : value.path("errors")) {
            count(true, true, "error " + value);
        }
    }

    private void count(boolean readable, boolean known, String key) {
        if (!readable) {
            dead++;
        } else if (!seen.add(key)) {
            duplicate++;
        } else if (known) {
            stored++;
        } else {
            unsupported++;
        }
    }
}
