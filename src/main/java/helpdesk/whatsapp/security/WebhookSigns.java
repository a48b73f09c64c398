package helpdesk.whatsapp.security;

import com.fasterxml.jackson.databind.node.ArrayNode;
import helpdesk.whatsapp.Json;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Bean {@code webhookSigns}: when the webhook was last called, and how that went, by kind. Gathered in memory and saved every second, so
 * that whoever floods it with refused calls writes no more than that.
 */
public final class WebhookSigns {

    private final Supplier<String> mode;
    private final Map<String, Sign> seen = new ConcurrentHashMap<>();

    private record Sign(String mode, String kind, Instant at, String reason, long count) {
    }

    public WebhookSigns(Supplier<String> mode) {
        this.mode = mode;
    }

    /** @param kind event, refused, handshake or handshake-refused */
    void saw(String kind, String reason) {
        String now = mode.get();
        seen.compute(now + " " + kind, (key, before) -> new Sign(now, kind, Instant.now(), reason, before == null ? 1 : before.count() + 1));
    }

    /** What was seen since the last time, as rows; null when nothing was. */
    public String pending() {
        ArrayNode rows = Json.MAPPER.createArrayNode();
        for (String key : seen.keySet()) {
            Sign sign = seen.remove(key);
            if (sign != null) {
                rows.addObject().put("mode", sign.mode()).put("kind", sign.kind()).put("at", sign.at().toString()).put("reason", sign.reason())
                        .put("count", sign.count());
            }
        }
        return rows.isEmpty() ? null : Json.write(rows);
    }
}
