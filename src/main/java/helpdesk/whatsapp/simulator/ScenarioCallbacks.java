package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** What a scenario does to the callbacks of one message before they are queued. */
final class ScenarioCallbacks {

    private static final int FILL = 1000;

    private final Settings settings;
    private final SimulatedCustomers customers;
    private final SimulatedUsers users;

    ScenarioCallbacks(Settings settings, SimulatedCustomers customers, SimulatedUsers users) {
        this.users = users;
        this.settings = settings;
        this.customers = customers;
    }

    /** @param call the send of which these are the statuses; null when they are what a customer writes */
    String change(Play play, String rowsJson, GraphCall call) {
        boolean sent = call != null;
        List<ObjectNode> rows = new ArrayList<>();
        Json.read(rowsJson).forEach(row -> rows.add((ObjectNode) row));
        if (rows.isEmpty()) {
            return rowsJson;
        }
        JsonNode script = play.script();
        if (sent && script.hasNonNull("fail")) {
            fail(rows, script.path("fail"), !call.param("to").isBlank());
        }
        if (sent && script.hasNonNull("then")) {
            then(rows, script.path("then"));
        }
        how(rows, script.path("callbacks"), play, sent);
        ArrayNode changed = Json.MAPPER.createArrayNode();
        rows.forEach(row -> changed.add(row.put("position", changed.size())));
        return Json.write(changed);
    }

    private void how(List<ObjectNode> rows, JsonNode how, Play play, boolean sent) {
        how.path("drop").forEach(kind -> drop(rows, kind.asText()));
        if (how.path("order").asText().equals("reverse")) {
            reorder(rows, list -> Collections.reverse(list));
        } else if (how.path("order").asText().equals("random")) {
            reorder(rows, list -> Collections.shuffle(list, play.random()));
        }
        if (how.path("at").asText().equals("once")) {
            rows.forEach(row -> row.put("delay_ms", 0));
        }
        rows.forEach(row -> row.put("delay_ms", row.path("delay_ms").asLong() + how.path("later").asLong(0)));
        if (how.path("phone").asText().equals("hidden") && !sent) {
            rows.forEach(customers::hidePhone);
        }
        if (how.path("unknown").asBoolean()) {
            rows.forEach(row -> body(row, ScenarioCallbacks::addUnknown));
        }
        if (how.path("pad").asInt() > 0 && !rows.isEmpty()) {
            body(rows.get(0), body -> pad(body, how.path("pad").asInt()));
        }
        if (how.path("repeat").asInt(1) > 1) {
            List<ObjectNode> repeated = new ArrayList<>();
            rows.forEach(row -> {
                for (int time = 0; time < how.path("repeat").asInt(); time++) {
                    repeated.add(row.deepCopy());
                }
            });
            rows.clear();
            rows.addAll(repeated);
        }
        ObjectNode delivery = Json.object();
        for (String field : List.of("batch", "sign")) {
            if (how.has(field)) {
                delivery.set(field, how.path(field));
            }
        }
        if (!delivery.isEmpty()) {
            rows.forEach(row -> row.set("delivery", delivery));
        }
    }

    /** What a message costs is said with the first status of those behind sent that does come. */
    private static void drop(List<ObjectNode> rows, String kind) {
        JsonNode pricing = rows.stream().filter(row -> kind.equals("delivered") && row.path("kind").asText().equals(kind))
                .map(row -> value((ObjectNode) Json.read(row.path("body").asText())).at("/statuses/0/pricing")).findFirst().orElse(Json.MAPPER.missingNode());
        rows.removeIf(row -> row.path("kind").asText().equals(kind));
        if (pricing.isObject()) {
            rows.stream().filter(row -> row.path("kind").asText().equals("read"))
                    .forEach(row -> body(row, body -> ((ObjectNode) value(body).at("/statuses/0")).set("pricing", pricing)));
        }
    }

    /** In another order, at the same times. */
    private static void reorder(List<ObjectNode> rows, Consumer<List<ObjectNode>> order) {
        List<Long> times = rows.stream().map(row -> row.path("delay_ms").asLong()).sorted().toList();
        order.accept(rows);
        for (int i = 0; i < rows.size(); i++) {
            rows.get(i).put("delay_ms", times.get(i));
        }
    }

    /** Only the statuses before the failure stay, then the message has failed. */
    private void fail(List<ObjectNode> rows, JsonNode fail, boolean toPhone) {
        List<String> before = new ArrayList<>();
        fail.path("after").forEach(kind -> before.add(kind.asText()));
        ObjectNode failed = rows.get(0).deepCopy();
        rows.removeIf(row -> !before.contains(row.path("kind").asText()));
        long step = settings.getInt("whatsapp.simulator.delay-ms");
        long last = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).path("delay_ms").asLong();
        failed.put("kind", "failed").put("delay_ms", last + step);
        body(failed, body -> {
            ObjectNode value = value(body);
            value.remove("contacts");
            ObjectNode status = (ObjectNode) value.path("statuses").path(0);
            status.put("status", "failed").remove(List.of("pricing", "conversation"));
            if (toPhone) {
                status.remove(List.of("recipient_user_id", "recipient_parent_user_id"));
            }
            status.putArray("errors").add(SimulatedError.of(fail.path("code").asInt()).with(fail).item());
        });
        rows.add(failed);
    }

    /** What the customer writes, or Meta of the customer, behind the last status. A group writes nothing. */
    private void then(List<ObjectNode> rows, JsonNode messages) {
        Customer customer = users.of(Wamid.customer(rows.get(0).path("message").asText()).orElse(SampleCustomers.FIRST));
        if (customer.number() == null && !SimulatedUsers.isUserId(customer.userId())) {
            return;
        }
        long last = rows.get(rows.size() - 1).path("delay_ms").asLong() + settings.getInt("whatsapp.simulator.delay-ms");
        for (JsonNode message : messages) {
            ObjectNode wanted = ((ObjectNode) message.deepCopy()).setAll(customer.asWriter());
            Json.read(customers.compose(wanted, last).callbacks()).forEach(row -> rows.add((ObjectNode) row));
        }
    }

    /** Beside what is known, which must not suffer. */
    private static void addUnknown(ObjectNode body) {
        body.put("invented_since", "v99.0");
        ObjectNode entry = (ObjectNode) body.path("entry").path(0);
        entry.put("invented_since", "v99.0");
        ObjectNode value = value(body);
        value.putObject("invented_since").put("version", "v99.0");
        if (value.has("statuses")) {
            ObjectNode known = (ObjectNode) value.path("statuses").path(0);
            known.put("invented_since", "v99.0");
            ((ArrayNode) value.path("statuses")).add(known.deepCopy().put("status", "dreamt"));
        }
        if (value.has("messages")) {
            ObjectNode known = (ObjectNode) value.path("messages").path(0);
            ObjectNode hologram = Json.object();
            for (String field : List.of("from", "from_user_id", "timestamp")) {
                if (known.has(field)) {
                    hologram.set(field, known.get(field));
                }
            }
            hologram.put("id", Wamid.fromCustomer(Wamid.customer(known.path("id").asText()).orElse("0"))).put("type", "hologram")
                    .putObject("hologram").put("depth", 3);
            known.put("invented_since", "v99.0");
            ((ArrayNode) value.path("messages")).add(hologram);
        }
        ObjectNode change = ((ArrayNode) entry.path("changes")).addObject().put("field", "holographic_update");
        change.putObject("value").put("depth", 3);
    }

    private static void pad(ObjectNode body, int bytes) {
        StringBuilder filling = new StringBuilder(bytes);
        while (filling.length() < bytes) {
            filling.append("x".repeat(Math.min(FILL, bytes - filling.length())));
        }
        value(body).put("filling", filling.toString());
    }

    /** The file of a customer's message; null when it has none. */
    static String media(JsonNode row) {
        JsonNode message = Json.read(row.path("body").asText()).at("/entry/0/changes/0/value/messages/0");
        return Json.text(message.path(message.path("type").asText()), "id");
    }

    private static ObjectNode value(ObjectNode body) {
        return (ObjectNode) body.at("/entry/0/changes/0/value");
    }

    private static void body(ObjectNode row, Consumer<ObjectNode> change) {
        ObjectNode body = (ObjectNode) Json.read(row.path("body").asText());
        if (body.at("/entry/0/changes/0/value").isObject()) {
            change.accept(body);
            row.put("body", MetaWebhook.bytes(body));
        }
    }
}
