package helpdesk.whatsapp.log;

import java.util.concurrent.CompletableFuture;

/**
 * An entry on its way into a topic.
 *
 * @param key what decides the lane: entries of one customer share one
 * @param replayOf the dead letter that it repeats, or null
 * @param items how many items it holds at most; readers bound their batches by it
 * @param deadline of {@link System#nanoTime()}: an entry that waits for longer is refused rather than written late
 * @param position completed with the entry's position when its transaction is committed, or with {@link LogFull}
 */
record Append(String key, boolean simulated, Long replayOf, int items, byte[] payload, long deadline,
        CompletableFuture<Long> position) {

    int lane(int lanes) {
        return Math.floorMod(key.hashCode(), lanes);
    }
}
