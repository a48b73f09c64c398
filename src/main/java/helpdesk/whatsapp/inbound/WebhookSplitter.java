package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.log.LogEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Splits webhook events into items: every message, status and value error of the field {@code messages}, and every change of
 * any other field as a whole. What is no array where Meta has one, an entry that is no object or has no changes is an item of
 * its own that cannot be understood, an event without entries, or of far more than Meta ever sends, is an item {@code event}; nothing is
 * skipped. A body of another {@code object} than {@code whatsapp_business_account} has no items.
 */
public final class WebhookSplitter {

    /**
     * Items of one event, of which Meta sends at most 1,000, and tokens of its JSON, of which those have some 60,000. Four megabytes
     * of empty objects would be more than the heap holds, and the event would come again after every start. (In the 240 MB of bin/start,
     * two events of 10,000 items at the same time go well, two of 20,000 do not.)
     */
    private static final int MOST_ITEMS = 5_000;
    private static final int MOST_TOKENS = 500_000;
    private static final ObjectReader BOUNDED = Json.MAPPER.copyWith(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build()).build()).reader();
    private static final List<String> PARTS = List.of("messages", "statuses", "errors");
    private static final Place NOWHERE = new Place(null, null);

    private final JdbcClient database;

    /** @param database reads, in the batch's transaction, which item of an event a replay is about */
    public WebhookSplitter(JdbcClient database) {
        this.database = database;
    }

    public List<InboundItem> split(List<LogEntry> events) {
        List<InboundItem> items = new ArrayList<>();
        for (LogEntry event : events) {
            List<InboundItem> ofEvent = split(event);
            if (event.replayOf() != null) {
                String path = database.sql("select item_path from dead_letter where id = ?").param(event.replayOf())
                        .query(String.class).optional().orElse("");
                ofEvent.removeIf(item -> !path.isEmpty() && !item.path().equals(path));
            }
            items.addAll(ofEvent);
        }
        return items;
    }

    static List<InboundItem> split(LogEntry event) {
        Collector items = new Collector(event);
        JsonNode root;
        try {
            root = Clean.json(BOUNDED.readTree(event.payload()));
        } catch (StreamConstraintsException e) {
            items.event("The event is larger than any of Meta's: " + e.getOriginalMessage());
            return items.list;
        } catch (IOException e) {
            items.event("The event cannot be read as JSON.");
            return items.list;
        }
        if (!"whatsapp_business_account".equals(Json.text(root, "object"))) {
            return items.list;
        }
        if (!root.path("entry").isArray()) {
            items.event("The event has no array `entry`.");
            return items.list;
        }
        each(root, "entry", "", items, NOWHERE, (entry, path) -> {
            if (!entry.isObject()) {
                items.add(path, "change", "entry", null, NOWHERE, Json.object(), entry);
                return;
            }
            Place place = new Place(Json.text(entry, "id"), Json.text(entry, "time"));
            if (!entry.has("changes")) {
                items.add(path + ".changes", "change", "changes", null, place, Json.object(), NullNode.getInstance());
            }
            each(entry, "changes", path + ".", items, place, (change, at) -> splitChange(change, at, place, items));
        });
        if (items.tooMany) {
            items.list.clear();
            items.event("The event is larger than any of Meta's: it has more than " + MOST_ITEMS + " items.");
        }
        return items.list;
    }

    private static void splitChange(JsonNode change, String path, Place place, Collector items) {
        String field = Json.text(change, "field");
        JsonNode value = change.path("value");
        if (!"messages".equals(field) || !value.isObject() || PARTS.stream().noneMatch(value::has)) {
            items.add(path, "change", field, Json.text(value, "event"), place, value, change);
            return;
        }
        String prefix = path + ".value.";
        each(value, "messages", prefix, items, place, (message, at) ->
                items.add(at, "message", field, Json.text(message, "type"), place, value, message));
        each(value, "statuses", prefix, items, place, (status, at) ->
                items.add(at, "status", field, Json.text(status, "status"), place, value, status));
        each(value, "errors", prefix, items, place, (error, at) ->
                items.add(at, "error", "errors", Json.text(error, "code"), place, value, error));
    }

    private static void each(JsonNode parent, String name, String path, Collector items, Place place, Visitor visitor) {
        JsonNode array = parent.path(name);
        if (array.isMissingNode()) {
            return;
        }
        if (!array.isArray()) {     // one item that no branch understands: a dead letter that names the place
            items.add(path + name, "change", name, null, place, Json.object(), array);
            return;
        }
        for (int i = 0; i < array.size(); i++) {
            visitor.visit(array.get(i), path + name + "[" + i + "]");
        }
    }

    /** The entry that an item is in: the account's id, and Meta's time where it gives one. */
    private record Place(String wabaId, String time) {
    }

    private interface Visitor {
        void visit(JsonNode node, String path);
    }

    private static final class Collector {
        private final LogEntry event;
        private final List<InboundItem> list = new ArrayList<>();
        private boolean tooMany;

        Collector(LogEntry event) {
            this.event = event;
        }

        void add(String path, String part, String field, String type, Place place, JsonNode value, JsonNode node) {
            tooMany |= list.size() == MOST_ITEMS;
            if (tooMany) {
                return;
            }
            list.add(new InboundItem(event, list.size(), path, part, field, type, place.wabaId, place.time, value, node));
        }

        void event(String fault) {
            list.add(new InboundItem(event, 0, "", "event", null, null, null, null, Json.object(), TextNode.valueOf(fault)));
        }
    }
}
