package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
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

    private record Sample(String resource, String mimeType, String fileName) {
    }

    private static final Map<String, Sample> FILES = Map.of(
            "image", new Sample("picture.jpg", "image/jpeg", null),
            "document", new Sample("invoice.pdf", "application/pdf", "invoice.pdf"),
            "audio", new Sample("voice.ogg", "audio/ogg; codecs=opus", null),
            "video", new Sample("clip.mp4", "video/mp4", null),
            "sticker", new Sample("sticker.webp", "image/webp", null));

    private final SimulatedMedia media;
    private final Map<String, BiFunction<JsonNode, Customer, Content>> byType = new TreeMap<>();

    CustomerContent(SimulatedMedia media) {
        this.media = media;
        byType.put("text", (wanted, customer) -> one("text", Json.object().put("body",
                text(wanted, "text", "Hello, where is my order?")), wanted));
        FILES.keySet().forEach(type -> byType.put(type, (wanted, customer) -> file(type, wanted, wanted.path("voice").asBoolean())));
        byType.put("voice", (wanted, customer) -> file("audio", wanted, true));
        byType.put("location", (wanted, customer) -> location(wanted));
        byType.put("contacts", (wanted, customer) -> contacts(wanted));
        byType.put("interactive", (wanted, customer) -> reply(text(wanted, "interactive", "button_reply"), wanted));
        byType.put("button_reply", (wanted, customer) -> reply("button_reply", wanted));
        byType.put("list_reply", (wanted, customer) -> reply("list_reply", wanted));
        byType.put("button", (wanted, customer) -> one("button", Json.object().put("payload", text(wanted, "payload", "YES"))
                .put("text", text(wanted, "text", "Yes")), wanted));
        byType.put("reaction", this::reaction);
        byType.put("order", (wanted, customer) -> order(wanted));
        byType.put("system", this::system);
        byType.put("unsupported", (wanted, customer) -> unsupported(wanted));
    }

    Content of(JsonNode wanted, Customer customer) {
        String type = text(wanted, "type", "text");
        BiFunction<JsonNode, Customer, Content> content = byType.get(type);
        if (content == null) {
            throw SimulatedCustomers.invalid("type", "is none of " + String.join(", ", byType.keySet()));
        }
        return content.apply(wanted, customer);
    }

    private Content file(String type, JsonNode wanted, boolean voice) {
        Sample sample = FILES.get(type);
        SimulatedMedia.Kept kept = wanted.hasNonNull("data") ? given(wanted, sample) : media.of(bytes(sample.resource()), sample.mimeType());
        ObjectNode file = Json.object().put("mime_type", kept.mimeType())
                .put("sha256", Base64.getEncoder().encodeToString(kept.sha256())).put("id", kept.id());
        if (wanted.hasNonNull("caption") && !type.equals("audio") && !type.equals("sticker")) {
            file.put("caption", wanted.path("caption").asText());
        }
        if (type.equals("document")) {
            file.put("filename", text(wanted, "filename", sample.fileName()));
        } else if (type.equals("audio")) {
            file.put("voice", voice);
        } else if (type.equals("sticker")) {
            file.put("animated", false);
        }
        return new Content(type, one(type, file, wanted).fields(), kept);
    }

    // The customer's own file, in base64.
    private SimulatedMedia.Kept given(JsonNode wanted, Sample sample) {
        try {
            return media.of(Base64.getMimeDecoder().decode(wanted.path("data").asText()), text(wanted, "mimeType", sample.mimeType()));
        } catch (IllegalArgumentException e) {
            throw SimulatedCustomers.invalid("data", "must be a file's bytes in base64");
        }
    }

    private static Content location(JsonNode wanted) {
        ObjectNode location = Json.object();
        location.set("latitude", wanted.path("latitude").isNumber() ? wanted.path("latitude") : Json.read("52.5163"));
        location.set("longitude", wanted.path("longitude").isNumber() ? wanted.path("longitude") : Json.read("13.3777"));
        location.put("name", text(wanted, "placeName", "Brandenburg Gate")).put("address", text(wanted, "address", "Pariser Platz, Berlin"));
        return one("location", location, wanted);
    }

    private static Content contacts(JsonNode wanted) {
        JsonNode given = wanted.path("contacts");
        ArrayNode cards = Json.MAPPER.createArrayNode();
        ObjectNode card = cards.addObject();
        card.putObject("name").put("formatted_name", "Ben Sample").put("first_name", "Ben").put("last_name", "Sample");
        card.putArray("phones").addObject().put("phone", "+1 555-123-0002").put("wa_id", "15551230002").put("type", "CELL");
        return new Content("contacts", Json.object().set("contacts", given.isArray() ? given : cards), null);
    }

    private static Content reply(String kind, JsonNode wanted) {
        if (!kind.equals("button_reply") && !kind.equals("list_reply")) {
            throw SimulatedCustomers.invalid("interactive", "is none of button_reply, list_reply");
        }
        ObjectNode reply = Json.object().put("id", text(wanted, "id", "yes")).put("title", text(wanted, "title", "Yes, please"));
        if (wanted.hasNonNull("description")) {
            reply.put("description", wanted.path("description").asText());
        }
        return one("interactive", Json.object().put("type", kind).set(kind, reply), wanted);
    }

    private Content reaction(JsonNode wanted, Customer customer) {
        String target = text(wanted, "message_id", Wamid.toCustomer(customer.id()));
        return one("reaction", Json.object().put("message_id", target).put("emoji", text(wanted, "emoji", "👍")), wanted);
    }

    private static Content order(JsonNode wanted) {
        ObjectNode order = Json.object().put("catalog_id", "300000000000001").put("text", text(wanted, "text", ""));
        order.putArray("product_items").addObject().put("product_retailer_id", "coffee-250g").put("quantity", 2)
                .put("item_price", 7.5).put("currency", "EUR");
        return one("order", order, wanted);
    }

    private Content system(JsonNode wanted, Customer customer) {
        String now = text(wanted, "waId", customer.phone() == null ? SampleCustomers.FIRST : customer.phone().substring(0,
                customer.phone().length() - 1) + (customer.phone().endsWith("9") ? "8" : "9"));
        return one("system", Json.object().put("type", "user_changed_number").put("wa_id", now)
                .put("body", "User " + customer.name() + " changed from " + customer.id() + " to " + now), wanted);
    }

    private static Content unsupported(JsonNode wanted) {
        ObjectNode fields = one("unsupported", Json.object().put("type", "poll_creation"), wanted).fields();
        fields.putArray("errors").addObject().put("code", 131051).put("title", "Message type unknown")
                .put("message", "Message type unknown")
                .putObject("error_data").put("details", "Message type is currently not supported.");
        return new Content("unsupported", fields, null);
    }

    /** The sample under the type's name, and over it what the request has there. */
    private static Content one(String type, ObjectNode sample, JsonNode wanted) {
        if (wanted.path(type).isObject()) {
            sample.setAll((ObjectNode) wanted.path(type));
        }
        ObjectNode fields = Json.object();
        fields.set(type, sample);
        return new Content(type, fields, null);
    }

    private static String text(JsonNode wanted, String field, String otherwise) {
        String text = Json.text(wanted, field);
        return text == null ? otherwise : text;
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = CustomerContent.class.getResourceAsStream("/simulator/" + resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
