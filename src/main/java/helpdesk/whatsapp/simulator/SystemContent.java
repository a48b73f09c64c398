package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.simulator.CustomerContent.Content;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.time.Instant;

/** What Meta itself writes of a customer, by {@code change}: number (another phone number), user_id, identity (another device). */
final class SystemContent {

    private final SimulatedUsers users;

    SystemContent(SimulatedUsers users) {
        this.users = users;
    }

    Content of(JsonNode wanted, Customer customer) {
        return switch (CustomerContent.text(wanted, "change", "number")) {
            case "number" -> number(wanted, customer);
            case "user_id" -> userId(wanted, customer);
            case "identity" -> identity(wanted, customer);
            default -> throw SimulatedCustomers.invalid("change", "is none of number, user_id, identity");
        };
    }

    /** With another number comes another user id, which is all that is said of a customer whose number the business does not know. */
    private Content number(JsonNode wanted, Customer customer) {
        if (customer.phone() == null) {
            return userId(wanted, customer);
        }
        String now = SimulatedCustomers.number("waId", CustomerContent.text(wanted, "waId", next(customer.phone())));
        users.leave(customer.number());
        users.remember(new Customer(now, now, SampleCustomers.userId(now), customer.parentUserId(), customer.username(), customer.name()));
        return CustomerContent.one("system", Json.object().put("type", "user_changed_number").put("wa_id", now)
                .put("body", "User " + customer.name() + " changed from " + customer.id() + " to " + now), wanted);
    }

    /** The body is the only place where the old user id is. */
    private Content userId(JsonNode wanted, Customer customer) {
        String before = customer.userId();
        String now = CustomerContent.text(wanted, "newUserId", SampleCustomers.nextUserId(before));
        if (!SimulatedUsers.isUserId(now)) {
            throw SimulatedCustomers.invalid("newUserId", "must be a business-scoped user id like US.12345678901234567890");
        }
        users.remember(customer.withUserId(now));
        ObjectNode system = Json.object().put("type", "user_changed_user_id")
                .put("body", "User " + customer.name() + " changed from " + before + " to " + now).put("user_id", now);
        if (customer.phone() != null) {
            system.put("wa_id", customer.phone());
        }
        return CustomerContent.one("system", system, wanted);
    }

    private static Content identity(JsonNode wanted, Customer customer) {
        ObjectNode fields = CustomerContent.one("system", Json.object().put("type", "customer_identity_changed")
                .put("body", "The security code of " + customer.name() + " has changed."), wanted).fields();
        fields.putObject("identity").put("acknowledged", false).put("created_timestamp", String.valueOf(Instant.now().getEpochSecond()))
                .put("hash", SampleCustomers.nextUserId(customer.userId()).substring(3, 15));
        return new Content("system", fields, null);
    }

    private static String next(String number) {
        return number.substring(0, number.length() - 1) + (number.endsWith("9") ? "8" : "9");
    }
}
