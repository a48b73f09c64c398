package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.log.LogEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Predicate;

/**
 * The outcomes of a batch of events on their way through the stores. Each row is enriched with what a statement returns (contact,
 * ticket, message, stored or not), and each statement gets the rows and fields that it works on as one JSON array:
 * PostgreSQL reads the whole parameter, whatever it uses of it.
 */
public final class Batch {

    private static final List<String> ENRICHED = List.of("contact_id", "divided", "ticket_id", "ticket_reason", "message_id", "stored");

    /** What an outcome's record and its dead letter need; no store reads the rest of these. */
    private static final Set<String> RECORD = Set.of("pos", "lane", "item", "part", "type", "key", "outcome", "route", "reason",
            "replay", "replay_of", "path", "simulated", "stored");
    private static final Set<String> CHANNEL = Set.of("phone_number_id", "display_phone_number", "waba_id");
    private static final Set<String> NO_STORE = Set.of("lane", "key", "route", "reason", "replay", "replay_of", "path",
            "display_phone_number", "choice_id");
    private static final Set<String> NO_LOOKUP = with(NO_STORE, "payload", "waba_id", "outcome", "part");
    private static final Set<String> NO_WORDS = with(NO_LOOKUP, "text", "media", "replies", "reaction", "mode");
    private static final Set<String> STATUS = Set.of("phone_number_id", "wamid", "callback_data");
    private static final Set<String> EVENT = Set.of("pos", "item", "part", "message_id", "contact_id", "ticket_id", "ticket_reason", "wamid",
            "status", "phone_number_id", "topic", "field", "at", "simulated");

    private static final int LONGEST_KEY = 300;
    private static final int MOST_SHOWN = 50_000;
    private static final String REFUSED = "The database refuses it: ";

    private final List<Outcome> outcomes;
    private Map<Place, ObjectNode> places;

    private Batch(List<Outcome> outcomes) {
        this.outcomes = outcomes;
    }

    /** Bean {@code batches}. */
    public static final class Factory {

        public Batch of(List<Outcome> outcomes) {
            return new Batch(outcomes);
        }

        /** The same list, for a variable that every item takes along. */
        public <T> List<T> carried(List<T> list) {
            return new Carried<>(list);
        }

        public Batch enrich(Batch batch, List<Map<String, Object>> returned) {
            return batch.enrich(returned);
        }

        /** What to try when the stores refuse a batch: its halves; or, of a single item, its dead letter. */
        public List<Batch> smaller(Batch batch, String reason) {
            if (batch.isDead()) {       // not even its dead letter is taken: nothing smaller is left to try
                throw new IllegalStateException("A dead letter is refused: " + reason);
            }
            return batch.outcomes.size() > 1 ? batch.halves() : List.of(batch.dead(REFUSED + reason));
        }

        /** What a batch adds to the ledgers' other side, counted from the events and items themselves. */
        public Counts count(List<LogEntry> events, List<InboundItem> items) {
            long received = items.stream().filter(item -> item.entry().replayOf() == null
                    && !item.part().equals("event")).count();
            long dead = items.stream().filter(item -> item.entry().replayOf() == null
                    && item.part().equals("event")).count();
            long all = events.stream().filter(event -> event.replayOf() == null).count();
            return new Counts(all - dead, dead, received, events.stream().map(LogEntry::position).toList());
        }
    }

    /**
     * Events worked through, events that had no items to be read, items cut from events; replays are not among them. And
     * where all of them, replays too, are in the log.
     */
    public record Counts(long eventsDone, long eventsDead, long itemsReceived, List<Long> positions) {

        public String toJson() {
            return Json.write(this);
        }
    }

    /** What the trace shows: it asks at each step, and clips what is longer. */
    @Override
    public String toString() {
        StringJoiner shown = new StringJoiner(", ", "[", "]");
        for (int i = 0; i < outcomes.size(); i++) {
            if (shown.length() > MOST_SHOWN) {
                return shown.add("\"and " + (outcomes.size() - i) + " more\"").toString();
            }
            shown.add(outcomes.get(i).toString());
        }
        return shown.toString();
    }

    private record Place(long position, int item) {
        static Place of(ObjectNode row) {
            return new Place(row.path("pos").longValue(), row.path("item").intValue());
        }
    }

    // ---- the rows for a statement ------------------------------------------------------------------------------------

    /** The business numbers that are named, each once. */
    public String getChannels() {
        Map<String, ObjectNode> channels = new LinkedHashMap<>();
        rows(row -> isAlive(row) && row.path("phone_number_id").isTextual())
                .forEach(row -> channels.putIfAbsent(row.path("phone_number_id").textValue(), row));
        return json(channels.values(), CHANNEL);
    }

    /** Messages to look up by, without what they say. */
    public String getMessages() {
        return json(rows(row -> isAlive(row, "message")), field -> !NO_WORDS.contains(field));
    }

    /** Messages to be stored, whole. */
    public String getWholeMessages() {
        return json(rows(row -> isAlive(row, "message")), field -> !NO_STORE.contains(field));
    }

    /** Messages that were stored just now, without their payload. */
    public String getNewMessages() {
        return json(rows(row -> isAlive(row, "message") && isStored(row)), field -> !NO_LOOKUP.contains(field));
    }

    /** What tells the messages that statuses are of. */
    public String getStatuses() {
        return json(rows(row -> isAlive(row, "status")), STATUS);
    }

    public String getWholeStatuses() {
        return json(rows(row -> isAlive(row, "status")), field -> !NO_STORE.contains(field));
    }

    /** Everything that is neither message nor status. */
    public String getChanges() {
        return json(rows(Batch::isChange), field -> field.equals("key") || !NO_STORE.contains(field));
    }

    /** What became of each item. */
    public String getRecords() {
        return json(rows(row -> true), RECORD);
    }

    /** What was stored just now and is news for others. */
    public String getNews() {
        return json(rows(Batch::isStored), EVENT);
    }

    // ---- whether a statement has anything to do ----------------------------------------------------------------------

    public boolean hasMessages() {
        return any(row -> isAlive(row, "message"));
    }

    public boolean hasNewMessages() {
        return any(row -> isAlive(row, "message") && isStored(row));
    }

    /** Messages whose names lead to different contacts. */
    public boolean hasDivided() {
        return any(row -> row.path("divided").asBoolean());
    }

    public boolean hasMedia() {
        return any(row -> row.has("media") && isStored(row));
    }

    public boolean hasReactions() {
        return any(row -> row.has("reaction") && isStored(row));
    }

    public boolean hasReplies() {
        return any(row -> row.has("replies") && isStored(row));
    }

    public boolean hasStatuses() {
        return any(row -> isAlive(row, "status"));
    }

    /** Statuses that carry what we gave with the send. */
    public boolean hasCallbackData() {
        return any(row -> row.path("callback_data").isTextual());
    }

    public boolean hasChanges() {
        return any(Batch::isChange);
    }

    public boolean hasDead() {
        return any(row -> row.path("outcome").asText().equals(Outcome.DEAD));
    }

    public boolean hasReplays() {
        return any(row -> row.path("replay").asBoolean());
    }

    public boolean hasNews() {
        return any(Batch::isStored);
    }

    // ---- on the way --------------------------------------------------------------------------------------------------

    /** Forgets what a try that was rolled back had added. */
    public Batch fresh() {
        outcomes.forEach(outcome -> outcome.row().remove(ENRICHED));
        return this;
    }

    /** Adds to each row what a statement returned for its {@code pos} and {@code item}. */
    public Batch enrich(List<Map<String, Object>> returned) {
        if (places == null) {
            places = new HashMap<>(outcomes.size() * 2);
            outcomes.forEach(outcome -> places.put(Place.of(outcome.row()), outcome.row()));
        }
        for (Map<String, Object> columns : returned) {
            ObjectNode row = places.get(new Place(((Number) columns.get("pos")).longValue(), ((Number) columns.get("item")).intValue()));
            columns.forEach((name, value) -> {
                if (ENRICHED.contains(name)) {
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

    private static boolean isAlive(ObjectNode row) {
        return !row.path("outcome").asText().equals(Outcome.DEAD);
    }

    private static boolean isAlive(ObjectNode row, String part) {
        return row.path("part").asText().equals(part) && isAlive(row);
    }

    private static boolean isChange(ObjectNode row) {
        return isAlive(row, "change") || isAlive(row, "error");
    }

    private static boolean isStored(ObjectNode row) {
        return row.path("stored").asBoolean();
    }

    private boolean any(Predicate<ObjectNode> which) {
        return outcomes.stream().anyMatch(outcome -> which.test(outcome.row()));
    }

    private List<ObjectNode> rows(Predicate<ObjectNode> which) {
        return outcomes.stream().map(Outcome::row).filter(which).toList();
    }

    // A field that is null is left out: PostgreSQL reads both as null.
    private static String json(Collection<ObjectNode> rows, Predicate<String> wanted) {
        return Json.array(rows, wanted);
    }

    private static String json(Collection<ObjectNode> rows, Set<String> fields) {
        return Json.array(rows, fields);
    }

    private static Set<String> with(Set<String> some, String... more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }
}
