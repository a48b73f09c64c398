package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.log.LogEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The outcomes of a batch of events on their way through the stores: one JSON array, the parameter of each statement, whose
 * rows are enriched with what a statement returns (contact, ticket, message, stored or not).
 */
public final class Batch {

    private static final String[] ENRICHED = {"contact_id", "ticket_id", "ticket_reason", "message_id", "stored"};

    private static final int LONGEST_KEY = 300;
    private static final String REFUSED = "The database refuses it: ";

    private final List<Outcome> outcomes;

    private Batch(List<Outcome> outcomes) {
        this.outcomes = outcomes;
    }

    /** Bean {@code batches}. */
    public static final class Factory {

        public Batch of(List<Outcome> outcomes) {
            return new Batch(outcomes);
        }

        public Batch enrich(Batch batch, List<Map<String, Object>> returned) {
            return batch.enrich(returned);
        }

        /** What to try when the stores refuse a batch: its halves; or, of a single item, its dead letter. */
        public List<Batch> smaller(Batch batch, String reason) {
            if (batch.isDead()) {       // not even its dead letter is taken: nothing smaller is left to try
                throw new IllegalStateException("A dead letter is refused: " + reason);
            }
            return batch.getSize() > 1 ? batch.halves() : List.of(batch.dead(REFUSED + reason));
        }

        /** What a batch adds to the ledgers' other side, counted from the events and items themselves. */
        public Counts count(List<LogEntry> events, List<InboundItem> items) {
            long received = items.stream().filter(item -> item.entry().replayOf() == null
                    && !item.part().equals("event")).count();
            long dead = items.stream().filter(item -> item.entry().replayOf() == null
                    && item.part().equals("event")).count();
            long all = events.stream().filter(event -> event.replayOf() == null).count();
            return new Counts(all - dead, dead, received);
        }
    }

    /** Events worked through, events that had no items to be read, items cut from events; replays are not among them. */
    public record Counts(long eventsDone, long eventsDead, long itemsReceived) {
    }

    public int getSize() {
        return outcomes.size();
    }

    /** The rows as a JSON array. */
    public String getJson() {
        ArrayNode rows = Json.MAPPER.createArrayNode();
        outcomes.forEach(outcome -> rows.add(outcome.row()));
        return Json.write(rows);
    }

    /** Forgets what a try that was rolled back had added. */
    public Batch fresh() {
        outcomes.forEach(outcome -> outcome.row().remove(List.of(ENRICHED)));
        return this;
    }

    /** Adds to each row what a statement returned for its {@code pos} and {@code item}. */
    public Batch enrich(List<Map<String, Object>> returned) {
        Map<String, ObjectNode> rows = new HashMap<>();
        outcomes.forEach(outcome -> rows.put(outcome.row().path("pos").asLong() + "/" + outcome.row().path("item").asInt(),
                outcome.row()));
        for (Map<String, Object> columns : returned) {
            ObjectNode row = rows.get(columns.get("pos") + "/" + columns.get("item"));
            columns.forEach((name, value) -> {
                if (!name.equals("pos") && !name.equals("item")) {
                    row.set(name, Json.MAPPER.<JsonNode>valueToTree(value));
                }
            });
        }
        return this;
    }

    private boolean isDead() {
        return outcomes.size() == 1 && outcomes.get(0).row().path("reason").asText().startsWith(REFUSED);
    }

    private List<Batch> halves() {
        int middle = outcomes.size() / 2;
        return List.of(new Batch(outcomes.subList(0, middle)), new Batch(outcomes.subList(middle, outcomes.size())));
    }

    // The item is dead and wants nothing else to be written.
    private Batch dead(String reason) {
        List<Outcome> dead = new ArrayList<>();
        outcomes.forEach(outcome -> {
            Outcome letter = new Outcome(outcome.getItem(), outcome.row().path("route").asText()).dead(reason);
            String key = outcome.row().path("key").asText("");      // what made the item unfit may be its length
            letter.row().put("key", key.substring(0, Math.min(key.length(), LONGEST_KEY)));
            dead.add(letter);
        });
        return new Batch(dead);
    }
}
