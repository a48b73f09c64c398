package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Bean {@code simulatedCustomers}: makes the webhook of a message that a customer writes. */
public final class SimulatedCustomers {

    private static final Set<String> REPLIES = Set.of("interactive", "button_reply", "list_reply", "nfm_reply", "call_permission_reply", "button");

    private final MetaWebhook webhook;
    private final Correspondence correspondence;
    private final CustomerContent content;

    SimulatedCustomers(Settings settings, SimulatedMedia media, Correspondence correspondence) {
        webhook = new MetaWebhook(settings);
        this.correspondence = correspondence;
        content = new CustomerContent(media, correspondence);
    }

    /** The answer, the webhook to queue as JSON, and the file to keep; null when there is none. */
    public record Written(String answer, String callbacks, SimulatedMedia.Kept media) {
    }

    /** Who writes; the phone is null for a user who keeps it hidden, the number where not even the simulator knows one. */
    record Customer(String phone, String number, String userId, String parentUserId, String username, String name) {

        /** By which the business knows the customer. */
        String id() {
            return phone == null ? userId : phone;
        }
    }

    public Written write(byte[] body) {
        return compose(parse(body), 0);
    }

    /** After so many milliseconds. */
    Written compose(JsonNode wanted, long delayMs) {
        Customer customer = customer(wanted);
        CustomerContent.Content written = content.of(wanted, customer);
        String wamid = Wamid.fromCustomer(customer.id());
        // A system message is Meta's own: nobody wrote it.
        boolean system = written.type().equals("system");
        ObjectNode message = Json.object();
        if (!system || !written.fields().at("/system/type").asText().equals("user_changed_user_id")) {
            put(message, "from", customer.phone());
        }
        if (!system) {
            put(message, "from_user_id", customer.userId());
            put(message, "from_parent_user_id", customer.parentUserId());
        }
        put(message, "group_id", Json.text(wanted, "groupId"));
        message.put("id", wamid).put("timestamp", timestamp(wanted)).put("type", written.type());
        JsonNode context = context(wanted, customer);
        if (context != null) {
            message.set("context", context);
        }
        referral(wanted, message);
        message.setAll(written.fields());
        if (wanted.path("message").isObject()) {
            message.setAll((ObjectNode) wanted.path("message"));
        }
        correspondence.written(customer.id(), wamid);
        ArrayNode callbacks = Json.MAPPER.createArrayNode();
        MetaWebhook.queue(callbacks, wamid, "inbound " + written.type(), delayMs,
                webhook.of("messages", message, system ? null : contacts(customer)));
        put((ObjectNode) callbacks.get(0), "scenario", Json.text(wanted, "scenario"));
        ObjectNode answer = Json.object().put("wamid", wamid);
        if (written.media() != null) {
            answer.put("mediaId", written.media().id());
        }
        return new Written(Json.write(answer), Json.write(callbacks), written.media());
    }

    static JsonNode parse(byte[] body) {
        try {
            JsonNode wanted = body == null ? null : Json.MAPPER.readTree(body);
            if (wanted != null && wanted.isObject()) {
                return wanted;
            }
        } catch (IOException e) {
            // said below
        }
        throw new Problem(400, "bad-json", "The body must be a JSON object like {\"from\":\"15551230001\",\"type\":\"text\",\"text\":\"Hello\"}.");
    }

    private static Customer customer(JsonNode wanted) {
        String userId = Json.text(wanted, "userId");
        boolean unknown = wanted.path("from").isNull();
        String number = unknown ? null : wanted.path("from").asText(SampleCustomers.FIRST).replaceFirst("^\\+", "");
        if (unknown && userId == null) {
            throw invalid("userId", "is needed when from is null");
        }
        if (!unknown && !number.matches("\\d{5,15}")) {
            throw invalid("from", "must be a phone number of 5 to 15 digits, or null");
        }
        String name = CustomerContent.text(wanted, "name", SampleCustomers.name(unknown ? userId : number));
        return new Customer(wanted.path("hidden").asBoolean() ? null : number, number, userId != null ? userId : SampleCustomers.userId(number),
                Json.text(wanted, "parentUserId"), Json.text(wanted, "username"), name);
    }

    private static ArrayNode contacts(Customer customer) {
        ArrayNode contacts = Json.MAPPER.createArrayNode();
        ObjectNode contact = contacts.addObject();
        put(contact.putObject("profile").put("name", customer.name()), "username", customer.username());
        put(contact, "wa_id", customer.phone());
        put(contact, "user_id", customer.userId());
        put(contact, "parent_user_id", customer.parentUserId());
        return contacts;
    }

    private static String timestamp(JsonNode wanted) {
        String timestamp = wanted.path("timestamp").asText(String.valueOf(Instant.now().getEpochSecond()));
        if (!timestamp.matches("\\d{1,12}")) {
            throw invalid("timestamp", "must be Unix seconds");
        }
        return timestamp;
    }

    /**
     * A wamid that is replied to, {@code last} for what the customer got last, or Meta's object as it is; or that it is forwarded.
     * The press of a button is a reply in any case.
     */
    private JsonNode context(JsonNode wanted, Customer customer) {
        JsonNode given = wanted.hasNonNull("context") ? wanted.path("context") : wanted.path("replyTo");
        if (given.isObject()) {
            return given;
        }
        String forwarded = Json.text(wanted, "forwarded");
        if (forwarded != null && !forwarded.equals("false")) {
            return Json.object().put(forwarded.equals("frequently") ? "frequently_forwarded" : "forwarded", true);
        }
        String replyTo = given.isTextual() ? given.asText() : REPLIES.contains(wanted.path("type").asText()) ? "last" : null;
        if ("last".equals(replyTo)) {
            Correspondence.Got last = correspondence.lastGot(customer.id());
            replyTo = last == null ? null : last.wamid();
        }
        ObjectNode context = replyTo == null ? Json.object() : Json.object().put("from", webhook.displayNumber()).put("id", replyTo);
        if (wanted.path("product").isObject()) {
            context.set("referred_product", wanted.path("product"));
        }
        return context.isEmpty() ? null : context;
    }

    /** {@code true} for the ad of a sample, or what of it is other. */
    private static void referral(JsonNode wanted, ObjectNode message) {
        JsonNode referral = wanted.path("referral");
        if (referral.isObject() || referral.asBoolean()) {
            ObjectNode sample = Json.object().put("source_url", "https://fb.me/3cr4Wqqkv").put("source_id", "120226305854810726")
                    .put("source_type", "ad").put("headline", "Summer sale").put("body", "20 % off, this week only")
                    .put("media_type", "image").put("image_url", "https://scontent.xx.fbcdn.net/v/t45.1")
                    .put("ctwa_clid", "Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4");
            sample.putObject("welcome_message").put("text", "Hi there! Let us know how we can help!");
            message.set("referral", referral.isObject() ? sample.setAll((ObjectNode) referral) : sample);
        }
    }

    private static void put(ObjectNode node, String field, String value) {
        if (value != null) {
            node.put(field, value);
        }
    }

    static Problem invalid(String field, String message) {
        return Problem.validation(List.of(new Problem.FieldError(field, message)));
    }
}
