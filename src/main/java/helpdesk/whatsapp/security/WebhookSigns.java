package helpdesk.whatsapp.security;

import com.fasterxml.jackson.databind.node.ArrayNode;
import helpdesk.whatsapp.Json;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Bean {@code webhookSigns}: when the webhook was last called, and how that went, by kind. Gathered in memory and saved every second, so
 * that whoever floods it with refused calls writes no more than that.
 */
public final class WebhookSigns {

    /** An event without items, which Meta never sends: our own test delivery. */
    public static final String TEST = "{\"object\":\"whatsapp_business_account\",\"entry\":[]}";

    private static final byte[] TEST_BYTES = TEST.getBytes(StandardCharsets.US_ASCII);

    private static final long PATIENCE_MS = 5000;

    private final String ownChallenge = String.valueOf(1_000_000_000L + new SecureRandom().nextInt(Integer.MAX_VALUE));
    private final Supplier<String> mode;
    private final Map<String, Sign> seen = new ConcurrentHashMap<>();
    /** Held from {@link #pending} to {@link #saved}: who reads the rows meanwhile would miss what is neither here any more nor there yet. */
    private final ReentrantLock saving = new ReentrantLock();

    private record Sign(String mode, String kind, Instant at, String reason, long count) {
    }

    public WebhookSigns(Supplier<String> mode) {
        this.mode = mode;
    }

    /** By which a handshake of our own is known: it is no sign of Meta's. */
    public String ownChallenge() {
        return ownChallenge;
    }

    void sawHandshake(String challenge) {
        if (!challenge.equals(ownChallenge)) {
            saw("handshake", null);
        }
    }

    void sawSigned(byte[] raw) {
        saw(Arrays.equals(raw, TEST_BYTES) ? "test" : "event", null);
    }

    /** @param ours the signature was a wrong one of a body that names us: only this says something of the app secret, for anybody may post */
    void sawRefused(String reason, boolean ours) {
        saw("refused", reason);
        if (ours) {
            saw("mismatch", reason);
        }
    }

    /** @param kind event, test, refused, mismatch, handshake or handshake-refused */
    void saw(String kind, String reason) {
        String now = mode.get();
        seen.compute(now + " " + kind, (key, before) -> new Sign(now, kind, Instant.now(), reason, before == null ? 1 : before.count() + 1));
    }

    /** What was seen since the last time, as rows; null when nothing was. What another one is saving is waited for, though not for long. */
    public String pending() throws InterruptedException {
        if (!saving.tryLock(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
            return null;
        }
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

    /** After {@link #pending}, by the same thread, whether it could be saved or not. */
    public void saved() {
        if (saving.isHeldByCurrentThread()) {
            saving.unlock();
        }
    }
}
