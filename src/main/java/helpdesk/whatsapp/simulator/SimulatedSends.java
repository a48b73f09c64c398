package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.simulator.Sending.Recipient;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/** Bean {@code simulatedSends}: what Meta answers to a message, and who has written. */
public final class SimulatedSends {

    /** Statuses of a message that the customer has, with what it costs. */
    private static final Set<String> ARRIVED = Set.of("delivered", "read");
    private static final String FREE_ENTRY = "\"type\":\"free_entry_point\"";

    private final Settings settings;
    private final Strictness strict;
    private final SentStatuses statuses;
    private final SimulatedPhones phones;
    private final SimulatedUsers users;

    SimulatedSends(Settings settings, Strictness strict, SimulatedPhones phones, SimulatedUsers users) {
        this.users = users;
        this.settings = settings;
        this.strict = strict;
        this.phones = phones;
        statuses = new SentStatuses(settings, phones, users);
    }

    /** The answer, the wamid in it, and the callbacks to queue as JSON: null as long as the verdict waits for a file. */
    public record Accepted(String answer, String wamid, SendPolicy.Verdict verdict, String callbacks) {

        public boolean hasCallbacks() {
            return callbacks != null;
        }
    }

    /**
     * A message of the customer is marked as read, with or without typing.
     *
     * @param written what {@code sql/simulator/find-written.sql} knows of it; null when nobody wrote it, or not in the last 30 days
     */
    public void markRead(GraphCall call, Object written) {
        String read = call.param("message_id");
        if (read.isEmpty()) {
            throw GraphError.required("message_id");
        }
        if (strict.read() && written == null) {
            throw GraphError.of(CloudError.INVALID, "message_id is not the id of a message that a customer wrote in the last 30 days.");
        }
        if (call.json().hasNonNull("typing_indicator")) {
            if (!call.json().path("typing_indicator").path("type").asText().equals("text")) {
                throw GraphError.parameter("Param typing_indicator['type'] must be one of {TEXT}.");
            }
            Wamid.customer(read).ifPresent(customer -> phones.typed(users.of(customer).key()));
        }
    }

    /** What is to be sent, and to whom. */
    public Sending read(GraphCall call) {
        String type = call.json().path("type").asText("text");
        JsonNode message = structured(structured(call.json(), type), "context");
        Recipient recipient = recipient(message);
        JsonNode content = message.path(type);
        if (content.isEmpty() || content.isArray() != type.equals("contacts")) {
            throw GraphError.parameter("Parameter '" + type + "' is mandatory for type '" + type + "'");
        }
        return new Sending(message, type, recipient);
    }

    /** Meta takes an object or a list as a text too that has it as JSON: clients write contacts so. */
    private static JsonNode structured(JsonNode message, String part) {
        String text = message.path(part).isTextual() ? message.path(part).textValue().strip() : "";
        JsonNode parsed = text.startsWith("{") || text.startsWith("[") ? parsed(text) : message.path(part);
        return parsed.isContainerNode() && !text.isEmpty() ? ((ObjectNode) message.deepCopy()).set(part, parsed) : message;
    }

    /**
     * Takes a message, and says what becomes of it.
     *
     * @param factsJson what {@code sql/simulator/find-send-facts.sql} knows
     */
    public Accepted accept(Sending sending, String factsJson, SendPolicy.Verdict verdict) {
        String wamid = Wamid.toCustomer(sending.recipient().customer().id());
        phones.written(sending.getCustomer());
        return new Accepted(answer(sending, wamid), wamid, verdict, verdict.unseen() ? null : callbacks(sending, wamid, factsJson, verdict));
    }

    /** What becomes of a message, once that is known: the callbacks to queue. */
    public String callbacks(Sending sending, String wamid, String factsJson, SendPolicy.Verdict verdict) {
        return statuses.of(sending, wamid, Json.read(factsJson), verdict);
    }

    /** Who wrote by callbacks that are queued, and when: what opens windows, as JSON. Not what Meta itself says of a customer. */
    public String written(String callbacks) {
        ArrayNode written = Json.MAPPER.createArrayNode();
        for (JsonNode callback : Json.read(callbacks)) {
            JsonNode value = parsed(callback.path("body").asText()).path("entry").path(0).path("changes").path(0).path("value");
            for (JsonNode message : value.path("messages")) {
                String who = CustomerContent.text(message, "from", Json.text(message, "from_user_id"));
                if (who != null && !message.path("type").asText().equals("system")) {
                    written(message, users.of(who).key(), written);
                }
            }
        }
        return Json.write(written);
    }

    /** Who gets by callbacks that are queued what an advertisement pays, separated by commas. */
    public String answered(String callbacks) {
        Set<String> answered = new TreeSet<>();
        for (JsonNode callback : Json.read(callbacks)) {
            if (ARRIVED.contains(callback.path("kind").asText()) && callback.path("body").asText().contains(FREE_ENTRY)) {
                Wamid.customer(callback.path("message").asText()).ifPresent(who -> answered.add(users.of(who).key()));
            }
        }
        return String.join(",", answered);
    }

    // Who writes in a group opens the group's window, not one with the customer alone.
    private static void written(JsonNode message, String customer, ArrayNode written) {
        String group = Json.text(message, "group_id");
        ObjectNode row = written.addObject().put("customer", group == null ? customer : group).put("at", message.path("timestamp").asLong())
                .put("referred", message.hasNonNull("referral"));
        if (group != null) {
            row.put("participant", customer);
        }
    }

    private static JsonNode parsed(String body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (IOException e) {
            return Json.object();       // a callback may be meant to be broken
        }
    }

    private Recipient recipient(JsonNode message) {
        String to = Json.text(message, "to");
        if (to != null && !to.isBlank()) {      // with both the phone wins
            if (message.path("recipient_type").asText().equals("group")) {
                if (!to.matches("[A-Za-z0-9+/=_-]{1,120}")) {
                    throw GraphError.parameter("Parameter 'to' must be the id of a group.");
                }
                return new Recipient(to, new Customer(null, null, to, null, null, null));
            }
            String digits = strict.recipient() ? PhoneNumbers.digits(to) : PhoneNumbers.dialled(to);
            if (digits == null || digits.isEmpty()) {
                throw GraphError.parameter("Parameter 'to' must be a phone number.");
            }
            return new Recipient(to, users.named(strict.recipient()
                    ? PhoneNumbers.waId(PhoneNumbers.international(to, digits, settings.get("whatsapp.simulator.phone-number"))) : digits,
                    Json.text(message, "recipient")).shown());
        }
        String userId = Json.text(message, "recipient");
        if (userId == null || userId.isBlank()) {
            throw GraphError.required("to");
        }
        if (!SimulatedUsers.isUserId(userId)) {
            throw GraphError.parameter("Parameter 'recipient' must be a business-scoped user id.");
        }
        return new Recipient(userId, users.of(userId));
    }

    private static String answer(Sending sending, String wamid) {
        Recipient recipient = sending.recipient();
        ObjectNode answer = Json.object().put("messaging_product", "whatsapp");
        ObjectNode contact = answer.putArray("contacts").addObject().put("input", recipient.input());
        boolean byUserId = recipient.isByUserId() && !sending.isToGroup();
        contact.put(byUserId ? "user_id" : "wa_id", recipient.isByUserId() ? recipient.input() : recipient.customer().number());
        ObjectNode message = answer.putArray("messages").addObject().put("id", wamid);
        if (sending.isToGroup()) {
            message.put("group_id", recipient.input());
        }
        if (sending.getType().equals("template")) {
            message.put("message_status", "accepted");
        }
        return Json.write(answer);
    }
}
