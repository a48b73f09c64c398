package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * What a customer's message says, by its type: a sample, over which the fields of the request are laid. An object that the
 * request has under the type's own name is taken as Meta's, field by field, for instance {@code "location":{"latitude":1.5}}.
 */
final class CustomerContent {

    /** The type that Meta calls it by, the message's fields for it, and its file; null when there is none. */
    record Content(String type, ObjectNode fields, SimulatedMedia.Kept media) {
    }

    private final Correspondence correspondence;
    private final Map<String, BiFunction<JsonNode, Customer, Content>> byType = new TreeMap<>();

    CustomerContent(SimulatedMedia media, Correspondence correspondence, SimulatedUsers users) {
        this.correspondence = correspondence;
        CustomerFiles files = new CustomerFiles(media);
        SystemContent system = new SystemContent(users);
        byType.put("text", (wanted, customer) -> one("text", Json.object().put("body",
                text(wanted, "text", "Hello, where is my order?")), wanted));
        CustomerFiles.TYPES.forEach(type -> byType.put(type, (wanted, customer) -> files.of(type, wanted)));
        byType.put("location", (wanted, customer) -> location(wanted));
        byType.put("contacts", (wanted, customer) -> contacts(wanted, customer));
        byType.put("interactive", (wanted, customer) -> reply(text(wanted, "interactive", "button_reply"), wanted, customer));
        for (String kind : List.of("button_reply", "list_reply", "nfm_reply", "call_permission_reply")) {
            byType.put(kind, (wanted, customer) -> reply(kind, wanted, customer));
        }
        byType.put("button", this::button);
        byType.put("reaction", this::reaction);
        byType.put("order", (wanted, customer) -> order(wanted));
        byType.put("system", (wanted, customer) -> system.of(wanted, customer));
        byType.put("unsupported", (wanted, customer) -> unsupported(text(wanted, "unsupported", "poll_creation"), wanted));
        byType.put("edit", this::edit);
        byType.put("revoke", this::revoke);
    }

    Content of(JsonNode wanted, Customer customer) {
        String type = text(wanted, "type", "text");
        BiFunction<JsonNode, Customer, Content> content = byType.get(type);
        if (content == null) {
            throw SimulatedCustomers.invalid("type", "is none of " + String.join(", ", byType.keySet()));
        }
        return content.apply(wanted, customer);
    }

    private static Content location(JsonNode wanted) {
        ObjectNode location = Json.object();
        location.set("latitude", wanted.path("latitude").isNumber() ? wanted.path("latitude") : Json.read("52.5163"));
        location.set("longitude", wanted.path("longitude").isNumber() ? wanted.path("longitude") : Json.read("13.3777"));
        location.put("name", text(wanted, "placeName", "Brandenburg Gate")).put("address", text(wanted, "address", "Pariser Platz, Berlin"));
        return one("location", location, wanted);
    }

    /** Somebody's card; the customer's own when the business has asked for it. */
    private static Content contacts(JsonNode wanted, Customer customer) {
        JsonNode given = wanted.path("contacts");
        ArrayNode cards = Json.MAPPER.createArrayNode();
        ObjectNode card = cards.addObject();
        if ("contact_request".equals(Json.text(wanted, "origin"))) {
            String number = customer.number() == null ? SampleCustomers.FIRST : customer.number();
            card.putObject("name").put("formatted_name", customer.name());
            card.putArray("phones").addObject().put("phone", "+" + number).put("wa_id", number).put("type", "CELL");
            card.put("origin", "contact_request");
        } else {
            card.putObject("name").put("formatted_name", "Ben Sample").put("first_name", "Ben").put("last_name", "Sample");
            card.putArray("phones").addObject().put("phone", "+1 555-123-0002").put("wa_id", "15551230002").put("type", "CELL");
        }
        return new Content("contacts", Json.object().set("contacts", given.isArray() ? given : cards), null);
    }

    /** Without more, the first quick reply of the last template that the customer got. */
    private Content button(JsonNode wanted, Customer customer) {
        JsonNode first = choice("button", customer);
        return one("button", Json.object().put("payload", text(wanted, "payload", first.path("id").asText("YES")))
                .put("text", text(wanted, "text", first.path("title").asText("Yes"))), wanted);
    }

    /** The first of this kind of the last message that the customer got; empty when it has none. */
    private JsonNode choice(String kind, Customer customer) {
        JsonNode choice = correspondence.firstChoice(customer.key());
        return choice != null && kind.equals(choice.path("kind").asText()) ? choice : Json.object();
    }

    /** Without more, the first button or row of the last message that the customer got. */
    private Content reply(String kind, JsonNode wanted, Customer customer) {
        ObjectNode reply = Json.object();
        switch (kind) {
            case "button_reply", "list_reply" -> {
                JsonNode first = choice(kind, customer);
                reply.put("id", text(wanted, "id", first.path("id").asText("yes")))
                        .put("title", text(wanted, "title", first.path("title").asText("Yes, please")));
                String description = text(wanted, "description", Json.text(first, "description"));
                if (description != null) {
                    reply.put("description", description);
                }
            }
            case "nfm_reply" -> reply.put("name", text(wanted, "name", "flow")).put("body", text(wanted, "body", "Sent"))
                    .put("response_json", wanted.path("response").isMissingNode() ? "{\"flow_token\":\"unused\",\"rating\":\"5\"}"
                            : Json.write(wanted.path("response")));
            case "call_permission_reply" -> reply.put("response", text(wanted, "response", "accept")).put("response_source", "user_action");
            default -> throw SimulatedCustomers.invalid("interactive", "is none of button_reply, list_reply, nfm_reply, call_permission_reply");
        }
        return one("interactive", Json.object().put("type", kind).set(kind, reply), wanted);
    }

    /** On the last message that the customer got; {@code "remove":true} takes it back. */
    private Content reaction(JsonNode wanted, Customer customer) {
        Correspondence.Got last = correspondence.lastGot(customer.key());
        String target = text(wanted, "message_id", last == null ? Wamid.toCustomer(customer.id()) : last.wamid());
        ObjectNode reaction = Json.object().put("message_id", target);
        if (!wanted.path("remove").asBoolean()) {
            reaction.put("emoji", text(wanted, "emoji", "👍"));
        }
        return one("reaction", reaction, wanted);
    }

    private static Content order(JsonNode wanted) {
        ObjectNode order = Json.object().put("catalog_id", "300000000000001").put("text", text(wanted, "text", ""));
        order.putArray("product_items").addObject().put("product_retailer_id", "coffee-250g").put("quantity", 2)
                .put("item_price", 7.5).put("currency", "EUR");
        return one("order", order, wanted);
    }

    private static Content unsupported(String what, JsonNode wanted) {
        ObjectNode fields = one("unsupported", Json.object().put("type", what), wanted).fields();
        fields.putArray("errors").addObject().put("code", 131051).put("title", "Message type unknown")
                .put("message", "Message type unknown")
                .putObject("error_data").put("details", "Message type is currently not supported.");
        return new Content("unsupported", fields, null);
    }

    /** As Meta delivers it at present: unsupported. A number that is also used in the app ({@code "coexistence":true}) gets the new text. */
    private Content edit(JsonNode wanted, Customer customer) {
        if (!wanted.path("coexistence").asBoolean()) {
            return unsupported("edit", wanted);
        }
        String original = original(wanted, customer);
        ObjectNode edit = Json.object().put("original_message_id", original);
        ObjectNode message = edit.putObject("message");
        message.putObject("context").put("id", original);
        message.put("type", "text").putObject("text").put("body", text(wanted, "text", "Hello, where is my parcel?"));
        return one("edit", edit, wanted);
    }

    private Content revoke(JsonNode wanted, Customer customer) {
        return wanted.path("coexistence").asBoolean()
                ? one("revoke", Json.object().put("original_message_id", original(wanted, customer)), wanted) : unsupported("revoke", wanted);
    }

    private String original(JsonNode wanted, Customer customer) {
        String last = correspondence.lastWritten(customer.key());
        return text(wanted, "message_id", last == null ? Wamid.fromCustomer(customer.id()) : last);
    }

    /** The sample under the type's name, and over it what the request has there. */
    static Content one(String type, ObjectNode sample, JsonNode wanted) {
        if (wanted.path(type).isObject()) {
            sample.setAll((ObjectNode) wanted.path(type));
        }
        ObjectNode fields = Json.object();
        fields.set(type, sample);
        return new Content(type, fields, null);
    }

    static String text(JsonNode wanted, String field, String otherwise) {
        String text = Json.text(wanted, field);
        return text == null ? otherwise : text;
    }
}
