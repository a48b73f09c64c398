package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.settings.Settings;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The conversation that Meta tells with a status, by the version of the webhook: until v23 each message has one, from v24 on only what costs
 * nothing after an advertisement.
 */
final class StatusDetails {

    private static final int WITHOUT_CONVERSATION = 24;
    /** When it ends is said with the first of them only. */
    private static final Set<String> WITH_CONVERSATION = Set.of("sent", "delivered");
    private static final long DAY = 86_400;
    private static final Pattern NUMBERED = Pattern.compile("v\\d{1,4}\\..*");

    private final Settings settings;

    StatusDetails(Settings settings) {
        this.settings = settings;
    }

    void complete(ObjectNode status) {
        String what = status.path("status").asText();
        boolean freeEntry = status.at("/pricing/type").asText().equals("free_entry_point");
        if (WITH_CONVERSATION.contains(what) && (version() < WITHOUT_CONVERSATION || freeEntry) && !status.has("conversation")) {
            ObjectNode conversation = status.putObject("conversation").put("id", Hashes.sha256(status.path("id").asText()).substring(0, 32));
            if (what.equals("sent")) {
                conversation.put("expiration_timestamp", String.valueOf(status.path("timestamp").asLong() + (freeEntry ? 3 : 1) * DAY));
            }
            conversation.putObject("origin").put("type", status.path("pricing").path("category").asText("service"));
        }
    }

    private int version() {
        String version = settings.get("whatsapp.graph.version");
        return NUMBERED.matcher(version).matches() ? Integer.parseInt(version.substring(1, version.indexOf('.'))) : Integer.MAX_VALUE;
    }
}
