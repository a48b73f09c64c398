package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.time.DateTimeException;
import java.time.Instant;

/** Meta's timestamps: Unix seconds, as a string or as a number. */
final class Times {

    private Times() {
    }

    /** ISO 8601; when the item has no timestamp, the time at which it arrived. */
    static String of(JsonNode item, Instant arrived) {
        String seconds = Json.text(item, "timestamp");
        if (seconds == null) {
            return arrived.toString();
        }
        try {
            return Instant.ofEpochSecond(Long.parseLong(seconds.trim())).toString();
        } catch (NumberFormatException | DateTimeException e) {
            throw new ItemFault("The timestamp '" + seconds + "' is not a number of seconds.");
        }
    }
}
