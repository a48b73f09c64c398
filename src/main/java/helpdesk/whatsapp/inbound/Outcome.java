package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;

/**
 * What a branch makes of an item: one flat JSON row with everything that the item wants to have written. The statements of
 * {@code inbound-store} read the fields that they need from the rows of a whole batch.
 */
public final class Outcome {

    static final String NEW = "new";
    static final String DEAD = "dead";
    static final String UNSUPPORTED = "unsupported";

    private final InboundItem item;
    private final ObjectNode row = Json.object();

    Outcome(InboundItem item, String route) {
        this.item = item;
        row.put("lane", item.entry().lane());
        row.put("pos", item.entry().position());
        row.put("item", item.number());
        row.put("part", item.part());
        row.put("route", route);
        row.put("outcome", NEW);
        row.put("simulated", item.entry().simulated());
        row.put("mode", item.entry().simulated() ? "mock" : "real");
        row.put("replay", item.entry().replayOf() != null);
        row.put("replay_of", item.entry().replayOf());
        row.put("path", item.path());
        row.put("type", item.type());
        row.put("waba_id", item.wabaId());
        row.put("phone_number_id", item.phoneNumberId());
        row.put("display_phone_number", Json.text(item.value().path("metadata"), "display_phone_number"));
    }

    /** What the trace shows. */
    @Override
    public String toString() {
        return Json.write(row);
    }

    /** For routes: the message's type, or the status. */
    public String getType() {
        return item.type();
    }

    /** For routes: what a person would read first - text, caption, title of the chosen button. Never null. */
    public String getText() {
        return row.path("text").asText("");
    }

    /** For routes: the id of the button or list row that the customer chose; empty for other messages. */
    public String getChoiceId() {
        return row.path("choice_id").asText("");
    }

    /** For routes: the change's field, for example account_update. */
    public String getField() {
        return item.field();
    }

    public InboundItem getItem() {
        return item;
    }

    ObjectNode row() {
        return row;
    }

    /** A reply that the route asks for; sent once, and only when the message is new. */
    Outcome reply(String rule, String text) {
        ArrayNode replies = row.withArray("replies");
        replies.addObject().put("rule", rule).put("text", text);
        return this;
    }

    Outcome dead(String reason) {
        row.put("outcome", DEAD);
        row.put("reason", reason);
        return this;
    }

    Outcome unsupported(String reason) {
        row.put("outcome", UNSUPPORTED);
        row.put("reason", reason);
        return this;
    }
}
