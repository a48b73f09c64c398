package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.simulator.Sending.Recipient;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Bean {@code simulatedSends}: what Meta answers to a message, and the statuses with which it calls back. */
public final class SimulatedSends {

    private final Settings settings;
    private final Strictness strict;
    private final MetaWebhook webhook;

    private final SimulatedPhones phones;

    public SimulatedSends(Settings settings, Strictness strict, SimulatedPhones phones) {
        this.settings = settings;
        this.strict = strict;
        this.phones = phones;
        webhook = new MetaWebhook(settings);
    }

    /** The answer, and the callbacks to queue as JSON. */
    public record Accepted(String answer, String callbacks) {

        public boolean hasCallbacks() {
            return callbacks != null;
        }
    }

    /** A message of the customer is marked as read, with or without typing. */
    public void markRead(GraphCall call) {
        String read = call.param("message_id");
        if (read.isEmpty()) {
            throw GraphError.required("message_id");
        }
        if (call.json().hasNonNull("typing_indicator")) {
            if (!call.json().path("typing_indicator").path("type").asText().equals("text")) {
                throw GraphError.parameter("Param typing_indicator['type'] must be one of {TEXT}.");
            }
            Wamid.customer(read).ifPresent(phones::typed);
        }
    }

    /** What is to be sent, and to whom. */
    public Sending read(GraphCall call) {
        JsonNode message = call.json();
        Recipient recipient = recipient(message);
        String type = message.path("type").asText("text");
        JsonNode content = message.path(type);
        if (content.isEmpty() || content.isArray() != type.equals("contacts")) {
            throw GraphError.parameter("Parameter '" + type + "' is mandatory for type '" + type + "'");
        }
        return new Sending(message, type, recipient);
    }

    /** Takes a message, and says what becomes of it. */
    public Accepted accept(Sending sending, SendPolicy.Verdict verdict) {
        Recipient recipient = sending.recipient();
        String wamid = Wamid.toCustomer(recipient.name());
        phones.written(recipient.name());
        return new Accepted(answer(sending, wamid), statuses(sending.message(), sending.getType(), recipient, wamid, verdict));
    }

    /** Who wrote by callbacks that are queued, and when: what opens windows, as JSON. Not what Meta itself says of a customer. */
    public String written(String callbacks) {
        ArrayNode written = Json.MAPPER.createArrayNode();
        for (JsonNode callback : Json.read(callbacks)) {
            JsonNode value = parsed(callback.path("body").asText()).path("entry").path(0).path("changes").path(0).path("value");
            for (JsonNode message : value.path("messages")) {
                for (String who : List.of("from", "from_user_id")) {
                    if (message.hasNonNull(who) && !message.path("type").asText().equals("system")) {
                        written.addObject().put("customer", message.path(who).asText()).put("at", message.path("timestamp").asLong());
                    }
                }
            }
        }
        return Json.write(written);
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
                return new Recipient(to, null, to);
            }
            String digits = strict.recipient() ? PhoneNumbers.digits(to) : to.replaceAll("\\D", "");
            if (digits == null || digits.isEmpty()) {
                throw GraphError.parameter("Parameter 'to' must be a phone number.");
            }
            return new Recipient(to, strict.recipient()
                    ? PhoneNumbers.international(to, digits, settings.get("whatsapp.simulator.phone-number")) : digits, null);
        }
        String userId = Json.text(message, "recipient");
        if (userId == null || userId.isBlank()) {
            throw GraphError.required("to");
        }
        if (!userId.matches("[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}")) {
            throw GraphError.parameter("Parameter 'recipient' must be a business-scoped user id.");
        }
        return new Recipient(userId, null, userId);
    }

    private static String answer(Sending sending, String wamid) {
        Recipient recipient = sending.recipient();
        ObjectNode answer = Json.object().put("messaging_product", "whatsapp");
        ObjectNode contact = answer.putArray("contacts").addObject().put("input", recipient.input());
        contact.put(recipient.waId() == null ? "user_id" : "wa_id", recipient.name());
        ObjectNode message = answer.putArray("messages").addObject().put("id", wamid);
        if (sending.getType().equals("template")) {
            message.put("message_status", "accepted");
        }
        return Json.write(answer);
    }

    private String statuses(JsonNode message, String type, Recipient recipient, String wamid, SendPolicy.Verdict verdict) {
        List<String> statuses = new ArrayList<>(List.of("sent"));
        if (!type.equals("reaction")) {
            statuses.addAll(List.of("delivered", "read"));
        }
        if (message.path("audio").path("voice").asBoolean()) {
            statuses.add("played");
        }
        ArrayNode callbacks = Json.MAPPER.createArrayNode();
        List<String> now = verdict.isFailure() ? List.of("failed") : phones.now(recipient.name(), statuses);
        now.forEach(status -> queue(callbacks, status, message, recipient, wamid, verdict));
        if (!now.contains("failed")) {
            ArrayNode later = Json.MAPPER.createArrayNode();
            statuses.stream().filter(status -> !now.contains(status)).forEach(status -> queue(later, status, message, recipient, wamid, verdict));
            later.forEach(callback -> phones.hold(recipient.name(), (ObjectNode) callback));
        }
        return Json.write(callbacks);
    }

    private void queue(ArrayNode callbacks, String status, JsonNode message, Recipient recipient, String wamid,
            SendPolicy.Verdict verdict) {
        long due = (long) settings.getInt("whatsapp.simulator.delay-ms") * (callbacks.size() + 1);
        ObjectNode item = Json.object().put("id", wamid).put("status", status)
                .put("timestamp", String.valueOf(Instant.now().plusMillis(due).getEpochSecond()));
        item.put(recipient.waId() == null ? "recipient_user_id" : "recipient_id", recipient.name());
        if (message.hasNonNull("biz_opaque_callback_data")) {
            item.put("biz_opaque_callback_data", message.path("biz_opaque_callback_data").asText());
        }
        if (status.equals("sent")) {
            item.putObject("pricing").put("billable", true).put("pricing_model", "PMP").put("type", "regular")
                    .put("category", "service");
        }
        if (status.equals("failed")) {
            item.putArray("errors").add(verdict.isFailure() ? verdict.error().inStatus(verdict.details())
                    : CloudError.UNDELIVERABLE.inStatus("Message Undeliverable."));
        }
        MetaWebhook.queue(callbacks, wamid, status, due, webhook.of("statuses", item, status.equals("failed") ? null : contacts(recipient)));
    }

    private static ArrayNode contacts(Recipient recipient) {
        ArrayNode contacts = Json.MAPPER.createArrayNode();
        ObjectNode contact = contacts.addObject();
        String name = SampleCustomers.NAMES.get(recipient.waId() == null ? "" : recipient.waId());
        if (name != null) {
            contact.putObject("profile").put("name", name);
        }
        contact.setAll(Json.MAPPER.<ObjectNode>valueToTree(Map.of(recipient.waId() == null ? "user_id" : "wa_id", recipient.name())));
        return contacts;
    }
}
