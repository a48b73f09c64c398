package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.simulator.CustomerContent.Content;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.time.Instant;

/** What Meta itself writes of a customer, by {@code change}: number (another phone number), user_id, identity (another device). */
final class SystemContent {

    Content of(JsonNode wanted, Customer customer) {
        return switch (CustomerContent.text(wanted, "change", "number")) {
            case "number" -> number(wanted, customer);
            case "user_id" -> userId(wanted, customer);
            case "identity" -> identity(wanted, customer);
            default -> throw SimulatedCustomers.invalid("change", "is none of number, user_id, identity");
        };
    }

    private static Content number(JsonNode wanted, Customer customer) {
        String now = CustomerContent.text(wanted, "waId", next(customer.number() == null ? SampleCustomers.FIRST : customer.number()));
        return CustomerContent.one("system", Json.object().put("type", "user_changed_number").put("wa_id", now)
                .put("body", "User " + customer.name() + " changed from " + customer.id() + " to " + now), wanted);
    }

    /** The body is the only place where the old user id is. */
    private static Content userId(JsonNode wanted, Customer customer) {
        String before = customer.userId();
        String now = CustomerContent.text(wanted, "newUserId", before.substring(0, 3) + SampleCustomers.userId(before).substring(3));
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
                .put("hash", SampleCustomers.userId(customer.id()).substring(3, 15));
        return new Content("system", fields, null);
    }

    private static String next(String number) {
        return number.substring(0, number.length() - 1) + (number.endsWith("9") ? "8" : "9");
    }
}
