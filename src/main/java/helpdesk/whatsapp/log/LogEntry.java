package helpdesk.whatsapp.log;

import java.time.Instant;

/**
 * One entry of a topic: its lane and its position, when it was appended, whether the simulator sent it, the dead letter that it repeats
 * (null for what a webhook brought) and its raw bytes.
 */
public record LogEntry(int lane, long position, Instant receivedAt, boolean simulated, Long replayOf, byte[] payload) {

    /** Without the bytes, which are long. */
    @Override
    public String toString() {
        return "{\"lane\":" + lane + ",\"position\":" + position + ",\"bytes\":" + payload.length + "}";
    }
}
