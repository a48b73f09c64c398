package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A webhook of random content: its entries, their changes, the items of each. What an item says follows from its kind, customer
 * and number alone, so that the same item again is Meta's repetition of it. {@code world} sets the customers and ids of one run
 * apart from those of another.
 */
record RandomWebhook(Shape shape, List<List<List<Item>>> entries) {

    enum Shape { EVENT, NOT_JSON, NO_ENTRY, ENTRY_NO_ARRAY, OTHER_OBJECT, ODD_ENTRY }

    enum Kind {
        TEXT, QUOTE, IMAGE, LOCATION, REACTION, HOLOGRAM, NO_BODY, NO_ID, NO_SENDER, BAD_TIME, NO_OBJECT,
        SENT, DELIVERED, READ, FAILED, TELEPORTED, STATUS_NO_ID, ACCOUNT, UNHEARD_OF, NO_VALUE, VALUE_ERROR
    }

    record Item(Kind kind, int customer, int number) {
    }

    private static final long BEGIN = Instant.now().getEpochSecond() - 10_000;

    static String number(String world, int customer) {
        return "1" + world + customer;
    }

    static String wamid(String world, Kind kind, int customer, int number) {
        return "wamid." + world + "." + kind + "." + customer + "." + number;
    }

    /** One of ours, which statuses tell of. */
    static String sent(String world, int customer, int number) {
        return "wamid." + world + ".ours." + customer + "." + number;
    }

    String body(String world) {
        List<ObjectNode> all = new ArrayList<>();
        for (List<List<Item>> changes : entries) {
            List<JsonNode> nodes = new ArrayList<>();
            changes.forEach(items -> changes(world, items, nodes));
            all.add(Payloads.entry(nodes.toArray(JsonNode[]::new)));
        }
        ObjectNode root = (ObjectNode) Json.read(Payloads.webhookOf(all));
        switch (shape) {
            case NOT_JSON -> {
                return Json.write(root).substring(1);
            }
            case NO_ENTRY -> root.remove("entry");
            case ENTRY_NO_ARRAY -> root.put("entry", "none");
            case OTHER_OBJECT -> root.put("object", "page");
            case ODD_ENTRY -> ((ArrayNode) root.path("entry")).add("odd");
            default -> root.put("unheard_of", world);
        }
        return Json.write(root);
    }

    // Messages and statuses of one change together, everything else a change of its own.
    private static void changes(String world, List<Item> items, List<JsonNode> changes) {
        ObjectNode together = Payloads.change(TestApp.NUMBER, "messages");
        for (Item item : items) {
            String id = wamid(world, item.kind, item.customer, item.number);
            switch (item.kind) {
                case ACCOUNT -> changes.add(Payloads.change("account_update", Json.object().put("event", "CHANGED").put("id", id)));
                case UNHEARD_OF -> changes.add(Payloads.change("unheard_of", Json.object().put("id", id)));
                case NO_VALUE -> changes.add(Json.object().put("field", "account_update"));
                case VALUE_ERROR -> changes.add(Payloads.change(TestApp.NUMBER, "errors", Json.object().put("code", 131051).put("title", id)));
                case NO_SENDER -> changes.add(Payloads.change(TestApp.NUMBER, "messages", message(world, item, id)));
                case SENT, DELIVERED, READ, FAILED, TELEPORTED, STATUS_NO_ID ->
                    Payloads.with(together, "statuses", status(world, item));
                default -> {
                    // A customer's name changes from message to message, and not every one tells it.
                    boolean named = item.number < 2;
                    ObjectNode change = named ? Payloads.change(TestApp.NUMBER, "messages") : together;
                    Payloads.with(change, "messages", message(world, item, id));
                    if (named) {
                        changes.add(change);
                        Payloads.with(change, "contacts", Payloads.contact(number(world, item.customer), null, item.kind + " " + item.number));
                    } else if (item.kind != Kind.LOCATION) {
                        Payloads.with(change, "contacts", Payloads.contact(number(world, item.customer), null, "Customer " + item.customer));
                    }
                }
            }
        }
        changes.add(together);
    }

    private static JsonNode message(String world, Item item, String id) {
        String from = number(world, item.customer);
        ObjectNode text = Payloads.text(from, id, "text " + item.number);
        if (item.number % 2 == 0) {
            text.put("from_user_id", "US." + from);
        }
        text.put("timestamp", String.valueOf(BEGIN + item.number));       // messages share a second
        switch (item.kind) {
            case QUOTE -> Payloads.quoting(text, wamid(world, Kind.TEXT, item.customer, item.number));
            case IMAGE -> text.put("type", "image").putObject("image").put("id", "9" + world + item.number).put("caption", "seen");
            case LOCATION -> text.put("type", "location").putObject("location").put("latitude", 52.5).put("longitude", 13.4);
            case REACTION -> text.put("type", "reaction").putObject("reaction")
                    .put("message_id", sent(world, item.customer, 0)).put("emoji", item.number == 0 ? "" : "e" + item.number);
            case HOLOGRAM -> text.put("type", "hologram").putObject("hologram").put("depth", item.number);
            case NO_BODY -> text.remove("text");
            case NO_ID -> text.remove("id");
            case NO_SENDER -> text.remove(List.of("from", "from_user_id"));
            case BAD_TIME -> text.put("timestamp", "yesterday");
            case NO_OBJECT -> {
                return TextNode.valueOf(id);
            }
            default -> text.put("unheard_of", true);
        }
        return text;
    }

    private static JsonNode status(String world, Item item) {
        ObjectNode status = Payloads.status(sent(world, item.customer, item.number),
                item.kind == Kind.STATUS_NO_ID ? "sent" : item.kind.name().toLowerCase(Locale.ROOT));
        status.put("timestamp", String.valueOf(BEGIN + item.kind.ordinal() * 100L + item.number));
        if (item.kind == Kind.STATUS_NO_ID) {
            status.remove("id");
        }
        return status;
    }
}
