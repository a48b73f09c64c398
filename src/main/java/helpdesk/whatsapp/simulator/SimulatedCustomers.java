package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Form;
import helpdesk.whatsapp.web.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Bean {@code simulatedCustomers}: makes the webhook of a message that a customer writes. */
public final class SimulatedCustomers {

    private static final Set<String> REPLIES = Set.of("interactive", "button_reply", "list_reply", "nfm_reply", "call_permission_reply", "button");

    private final MetaWebhook webhook;
    private final Correspondence correspondence;
    private final CustomerContent content;
    private final SimulatedUsers users;

    SimulatedCustomers(Settings settings, SimulatedMedia media, Correspondence correspondence, SimulatedUsers users) {
        webhook = new MetaWebhook(settings);
        this.correspondence = correspondence;
        this.users = users;
        content = new CustomerContent(media, correspondence, users);
    }

    /** Who wrote, the answer, the webhook to queue as JSON, and the file to keep; null when there is none. */
    public record Written(String customer, String answer, String callbacks, SimulatedMedia.Kept media) {

        /** The answer when the business has blocked who wrote. */
        public String blocked() {
            return Json.write(((ObjectNode) Json.read(answer)).put("blocked", true).without("mediaId"));
        }
    }

    /**
     * Who writes or is written to; the phone is null for a user who keeps it hidden, the number where not even the simulator knows one, the
     * name where nobody has said one.
     */
    record Customer(String phone, String number, String userId, String parentUserId, String username, String name) {

        /** By which the business knows the customer. */
        String id() {
            return phone == null ? userId : phone;
        }

        /** By which the simulator knows the customer, whatever the business knows. */
        String key() {
            return number == null ? userId : number;
        }

        Customer withUserId(String now) {
            return new Customer(phone, number, now, parentUserId, username, name);
        }

        Customer hidden(String byUsername) {
            return new Customer(null, number, userId, parentUserId, byUsername, name);
        }

        /** To whoever has the number, it is not hidden. */
        Customer shown() {
            return new Customer(number, number, userId, parentUserId, username, name);
        }

        Customer called(String now) {
            return new Customer(phone, number, userId, parentUserId, username, now);
        }

        /** As one who writes is named in what {@link SimulatedCustomers#compose} takes. */
        ObjectNode asWriter() {
            return Json.object().put("from", number).put("userId", userId).put("hidden", phone == null && number != null);
        }

        /** As one entry of the contacts of a webhook. */
        ObjectNode contact(boolean withUsername) {
            ObjectNode contact = Json.object();
            ObjectNode profile = Json.object();
            put(profile, "name", name);
            put(profile, "username", withUsername ? username : null);
            if (!profile.isEmpty()) {
                contact.set("profile", profile);
            }
            put(contact, "wa_id", phone);
            put(contact, "user_id", userId);
            put(contact, "parent_user_id", parentUserId);
            return contact;
        }
    }

    /** @param file that came along; null when none did */
    public Written write(byte[] body, Form.Part file) {
        ObjectNode wanted = (ObjectNode) parse(body);
        return compose(file == null ? wanted : wanted.putPOJO(CustomerFiles.UPLOADED, file), 0);
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
        correspondence.written(customer.key(), wamid);
        ArrayNode callbacks = Json.MAPPER.createArrayNode();
        MetaWebhook.queue(callbacks, wamid, "inbound " + written.type(), delayMs,
                webhook.of("messages", message, system ? null : Json.MAPPER.createArrayNode().add(customer.contact(true))));
        put((ObjectNode) callbacks.get(0), "customer", customer.key());
        put((ObjectNode) callbacks.get(0), "scenario", Json.text(wanted, "scenario"));
        ObjectNode answer = Json.object().put("wamid", wamid);
        if (written.media() != null) {
            answer.put("mediaId", written.media().id());
        }
        return new Written(customer.key(), Json.write(answer), Json.write(callbacks), written.media());
    }

    /** In the message of this row, the customer has a username and hides the phone, of which its wamid tells nothing either; so it is from now on. */
    void hidePhone(ObjectNode row) {
        ObjectNode body = (ObjectNode) Json.read(row.path("body").asText());
        JsonNode value = body.at("/entry/0/changes/0/value");
        JsonNode contact = value.at("/contacts/0");
        if (!contact.isObject()) {
            return;         // Meta itself says something of the customer
        }
        Customer known = users.of(contact.path("user_id").asText());
        String made = contact.at("/profile/name").asText().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", ".").replaceAll("^\\.|\\.$", "");
        Customer hidden = known.hidden(known.username() != null ? known.username() : made.isEmpty() ? "user" : made);
        users.remember(hidden);
        String wamid = Wamid.fromCustomer(hidden.id());
        correspondence.written(hidden.key(), wamid);
        ((ObjectNode) value.at("/messages/0")).put("id", wamid).remove("from");
        ((ObjectNode) contact).remove("wa_id");
        ((ObjectNode) contact).withObject("/profile").put("username", hidden.username());
        row.put("message", wamid).put("body", MetaWebhook.bytes(body));
    }

    /** The answer to who made a customer write, once the message is queued: a scenario may have changed its wamid. */
    public String answer(Written written, String callbacks) {
        ObjectNode answer = (ObjectNode) Json.read(written.answer());
        return Json.write(answer.put("wamid", Json.read(callbacks).at("/0/message").asText(answer.path("wamid").asText())));
    }

    /** Who they are, and what they wrote and got. */
    public void forget() {
        users.forget();
        correspondence.forget();
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

    /** What is said of the customer, else what is known; what is said is known from now on. */
    private Customer customer(JsonNode wanted) {
        String userId = Json.text(wanted, "userId");
        boolean unknown = wanted.path("from").isNull();
        if (unknown && userId == null) {
            throw invalid("userId", "is needed when from is null");
        }
        if (userId != null && !SimulatedUsers.isUserId(userId)) {
            throw invalid("userId", "must be a business-scoped user id like US.12345678901234567890");
        }
        Customer known = users.of(unknown ? userId : number("from", wanted.path("from").asText(SampleCustomers.FIRST)));
        boolean hidden = unknown || wanted.path("hidden").asBoolean(known.phone() == null);
        Customer customer = new Customer(hidden ? null : known.number(), known.number(),
                userId == null ? known.userId() : userId, CustomerContent.text(wanted, "parentUserId", known.parentUserId()),
                CustomerContent.text(wanted, "username", known.username()), CustomerContent.text(wanted, "name", known.name()));
        users.remember(customer);
        return customer.name() == null ? customer.called(SampleCustomers.name(customer.key())) : customer;
    }

    /** A number that is given, by which WhatsApp knows it. */
    static String number(String field, String given) {
        String digits = given.replaceFirst("^\\+", "");
        if (!digits.matches("[1-9]\\d{4,14}")) {
            throw invalid(field, "must be a phone number of 5 to 15 digits with its country code");
        }
        return PhoneNumbers.waId(digits);
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
            Correspondence.Got last = correspondence.lastGot(customer.key());
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
