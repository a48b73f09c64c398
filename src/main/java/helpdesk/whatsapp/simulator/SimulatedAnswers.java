package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;

/**
 * Bean {@code simulatedAnswers}: customers who answer by themselves what they have read - the first button or row of a message
 * that has some, else a text; in a group nobody does. Remembers what each customer got, too.
 */
public final class SimulatedAnswers {

    private final SimulatedPhones phones;
    private final SimulatedCustomers customers;
    private final Correspondence correspondence;
    private final SimulatedUsers users;

    SimulatedAnswers(SimulatedPhones phones, SimulatedCustomers customers, Correspondence correspondence, SimulatedUsers users) {
        this.users = users;
        this.phones = phones;
        this.customers = customers;
        this.correspondence = correspondence;
    }

    /**
     * The callbacks of a message that was sent, with the answer to it behind them.
     *
     * @param call the send; null when the callbacks are not of one
     * @param factsJson what {@code sql/simulator/find-send-facts.sql} knows of it
     */
    public String to(GraphCall call, String factsJson, String callbacks) {
        if (call == null || callbacks == null) {
            return callbacks;
        }
        JsonNode message = call.json();
        String wamid = first(callbacks);
        Customer customer = Wamid.customer(wamid).map(users::of).orElse(null);
        String type = message.path("type").asText("text");
        if (customer == null || type.equals("reaction")) {
            return callbacks;
        }
        ArrayNode rows = null;
        if (phones.behaviour(customer.key()).equals("answers") && !message.path("recipient_type").asText().equals("group")) {
            rows = (ArrayNode) Json.read(callbacks);
        }
        correspondence.got(customer.key(), wamid, message,
                type.equals("template") ? Json.read(factsJson).at("/template/components") : Json.MAPPER.missingNode());
        JsonNode read = rows == null ? null : row(rows, "read");
        return read == null ? callbacks : Json.write(answer(customer, rows, read.path("delay_ms").asLong()));
    }

    private ArrayNode answer(Customer customer, ArrayNode rows, long readAfter) {
        ObjectNode wanted = customer.asWriter();
        JsonNode choice = correspondence.firstChoice(customer.key());
        if (choice == null) {
            wanted.put("type", "text").put("text", "Thank you, that helps!");
        } else {
            wanted.put("type", choice.path("kind").asText());
        }
        long first = rows.path(0).path("delay_ms").asLong();
        for (JsonNode row : Json.read(customers.compose(wanted, readAfter + first).callbacks())) {
            rows.add(((ObjectNode) row).put("position", rows.size()));
        }
        return rows;
    }

    private static JsonNode row(ArrayNode rows, String kind) {
        for (JsonNode row : rows) {
            if (row.path("kind").asText().equals(kind)) {
                return row;
            }
        }
        return null;
    }

    /** The wamid that the first row names, without reading all of them. */
    private static String first(String callbacks) {
        int at = callbacks.indexOf("\"message\":\"");
        return at < 0 ? "" : callbacks.substring(at + 11, callbacks.indexOf('"', at + 11));
    }
}
