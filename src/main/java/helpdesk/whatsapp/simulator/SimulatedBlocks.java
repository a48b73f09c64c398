package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.util.ArrayList;
import java.util.List;

/** Bean {@code simulatedBlocks}: the customers that the business has blocked. */
public final class SimulatedBlocks {

    private static final int MOST = 1000;

    private final SimulatedUsers users;

    SimulatedBlocks(SimulatedUsers users) {
        this.users = users;
    }

    public String list(GraphCall call, String blockedJson) {
        List<ObjectNode> blocked = new ArrayList<>();
        for (JsonNode customer : Json.read(blockedJson)) {
            Customer one = users.of(customer.asText());
            blocked.add(Json.object().put("messaging_product", "whatsapp").put(one.phone() == null ? "user_id" : "wa_id", one.id()));
        }
        return GraphPage.of(call, blocked, customer -> customer);
    }

    /** Whom the call names, digits or user ids, as a JSON list. */
    public String users(GraphCall call) {
        JsonNode named = call.json().path("block_users");
        if (!named.isArray() || named.isEmpty() || named.size() > MOST) {
            throw GraphError.required("block_users");
        }
        ArrayNode customers = Json.MAPPER.createArrayNode();
        named.forEach(user -> customers.add(customer(user).key()));
        return Json.write(customers);
    }

    private Customer customer(JsonNode user) {
        String userId = Json.text(user, "user_id");
        String input = Json.text(user, "user");
        String customer = userId != null ? userId : input == null ? null : PhoneNumbers.digits(input);
        if (customer == null) {
            throw GraphError.parameter("Param block_users['user'] must be a phone number.");
        }
        return users.of(PhoneNumbers.waId(customer));
    }

    /** @param what {@code added_users} or {@code removed_users} */
    public String answer(GraphCall call, String what) {
        ObjectNode answer = Json.object().put("messaging_product", "whatsapp");
        ArrayNode changed = answer.putObject("block_users").putArray(what);
        for (JsonNode user : call.json().path("block_users")) {
            String userId = Json.text(user, "user_id");
            if (userId == null) {
                changed.addObject().put("input", Json.text(user, "user")).put("wa_id", customer(user).key());
            } else {
                changed.addObject().put("input", userId).put("user_id", userId);
            }
        }
        return Json.write(answer);
    }
}
