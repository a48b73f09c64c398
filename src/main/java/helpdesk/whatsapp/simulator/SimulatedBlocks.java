package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.ArrayList;
import java.util.List;

/** Bean {@code simulatedBlocks}: the customers that the business has blocked. */
public final class SimulatedBlocks {

    private static final int MOST = 1000;

    public String list(GraphCall call, String blockedJson) {
        List<ObjectNode> blocked = new ArrayList<>();
        Json.read(blockedJson).forEach(customer -> blocked.add((ObjectNode) customer));
        return GraphPage.of(call, blocked, customer -> customer);
    }

    /** Whom the call names, digits or user ids, as a JSON list. */
    public String users(GraphCall call) {
        JsonNode users = call.json().path("block_users");
        if (!users.isArray() || users.isEmpty() || users.size() > MOST) {
            throw GraphError.required("block_users");
        }
        ArrayNode customers = Json.MAPPER.createArrayNode();
        users.forEach(user -> customers.add(customer(user)));
        return Json.write(customers);
    }

    private static String customer(JsonNode user) {
        String userId = Json.text(user, "user_id");
        String input = Json.text(user, "user");
        String customer = userId != null ? userId : input == null ? null : PhoneNumbers.digits(input);
        if (customer == null) {
            throw GraphError.parameter("Param block_users['user'] must be a phone number.");
        }
        return customer;
    }

    /** @param what {@code added_users} or {@code removed_users} */
    public String answer(GraphCall call, String what) {
        ObjectNode answer = Json.object().put("messaging_product", "whatsapp");
        ArrayNode users = answer.putObject("block_users").putArray(what);
        for (JsonNode user : call.json().path("block_users")) {
            String input = Json.text(user, "user");
            users.addObject().put("input", input == null ? customer(user) : input).put(input == null ? "user_id" : "wa_id", customer(user));
        }
        return Json.write(answer);
    }
}
