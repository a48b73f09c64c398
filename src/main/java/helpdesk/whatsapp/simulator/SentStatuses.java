package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The statuses with which Meta calls back about a message that it has taken: sent, delivered, read, played, or failed. */
final class SentStatuses {

    /** Statuses that tell what the message costs; where delivered is skipped, read does. */
    private static final Set<String> PRICED = Set.of("sent", "delivered");

    private final Settings settings;
    private final MetaWebhook webhook;
    private final SimulatedPhones phones;
    private final SimulatedUsers users;

    SentStatuses(Settings settings, SimulatedPhones phones, SimulatedUsers users) {
        this.settings = settings;
        this.phones = phones;
        this.users = users;
        webhook = new MetaWebhook(settings);
    }

    /** A message on its way, from which number, and what becomes of it. */
    private record Outgoing(Sending sending, String wamid, MetaWebhook.Number number, SendPolicy.Verdict verdict) {

        Customer recipient() {
            return sending.recipient().customer();
        }
    }

    /** Callbacks to queue, as JSON. */
    String of(Sending sending, String wamid, JsonNode facts, SendPolicy.Verdict verdict) {
        JsonNode sender = facts.path("sender");
        Outgoing out = new Outgoing(sending, wamid, sender.isObject()
                ? new MetaWebhook.Number(sender.path("id").asText(), sender.path("digits").asText()) : webhook.configured(), verdict);
        List<String> statuses = new ArrayList<>(List.of("sent"));
        if (!sending.getType().equals("reaction")) {
            statuses.addAll(List.of("delivered", "read"));
        }
        if (sending.message().path("audio").path("voice").asBoolean()) {
            statuses.add("played");
        }
        return Json.write(sending.isToGroup() ? ofGroup(out, statuses, participants(facts)) : ofCustomer(out, statuses));
    }

    private ArrayNode ofCustomer(Outgoing out, List<String> statuses) {
        ArrayNode callbacks = Json.MAPPER.createArrayNode();
        List<String> now = out.verdict().isFailure() ? List.of("failed") : phones.now(out.recipient().key(), statuses);
        now.forEach(status -> queue(callbacks, status, out, List.of()));
        if (!now.contains("failed")) {
            ArrayNode later = Json.MAPPER.createArrayNode();
            statuses.stream().filter(status -> !now.contains(status)).forEach(status -> queue(later, status, out, List.of()));
            later.forEach(callback -> phones.hold(out.recipient().key(), (ObjectNode) callback));
        }
        return callbacks;
    }

    /** Who has written in the group; two of the samples where nobody has. */
    private List<Customer> participants(JsonNode facts) {
        List<Customer> participants = new ArrayList<>();
        facts.path("participants").forEach(customer -> participants.add(users.of(customer.asText())));
        return participants.isEmpty() ? Stream.of(SampleCustomers.FIRST, SampleCustomers.SECOND).map(users::of).toList() : participants;
    }

    /** Sent is said once; of each of the others one webhook has the statuses of all whose phones let it happen now. */
    private ArrayNode ofGroup(Outgoing out, List<String> statuses, List<Customer> participants) {
        ArrayNode callbacks = Json.MAPPER.createArrayNode();
        if (out.verdict().isFailure()) {
            queue(callbacks, "failed", out, List.of());
            return callbacks;
        }
        queue(callbacks, "sent", out, List.of());
        for (String status : Stream.concat(statuses.stream().skip(1), Stream.of("failed")).toList()) {
            Map<Boolean, List<Customer>> now = participants.stream()
                    .collect(Collectors.partitioningBy(one -> phones.now(one.key(), statuses).contains(status)));
            if (!now.get(true).isEmpty()) {
                queue(callbacks, status, out, now.get(true));
            }
            now.get(false).stream().filter(one -> statuses.contains(status) && !phones.now(one.key(), statuses).contains("failed")).forEach(one -> {
                ArrayNode later = Json.MAPPER.createArrayNode();
                queue(later, status, out, List.of(one));
                phones.hold(one.key(), (ObjectNode) later.get(0));
            });
        }
        return callbacks;
    }

    /** @param participants of a group whose status it is; none when it is that of the recipient, or of the group as a whole */
    private void queue(ArrayNode callbacks, String status, Outgoing out, List<Customer> participants) {
        long due = (long) settings.getInt("whatsapp.simulator.delay-ms") * (callbacks.size() + 1);
        List<ObjectNode> items = participants.isEmpty() ? List.of(item(status, due, out))
                : participants.stream().map(one -> of(one, item(status, due, out))).toList();
        List<Customer> known = out.sending().isToGroup() ? participants : List.of(out.recipient());
        ArrayNode contacts = Json.MAPPER.createArrayNode();
        known.forEach(one -> contacts.add(one.contact(!status.equals("sent"))));
        MetaWebhook.queue(callbacks, out.wamid(), status, due,
                webhook.of("statuses", items, contacts.isEmpty() || status.equals("failed") ? null : contacts, out.number()));
    }

    private static ObjectNode of(Customer participant, ObjectNode item) {
        put(item, "recipient_participant_id", participant.phone());
        put(item, "recipient_participant_user_id", participant.userId());
        put(item, "recipient_participant_parent_user_id", participant.parentUserId());
        return item;
    }

    private static ObjectNode item(String status, long due, Outgoing out) {
        ObjectNode item = Json.object().put("id", out.wamid()).put("status", status)
                .put("timestamp", String.valueOf(Instant.now().plusMillis(due).getEpochSecond()));
        if (out.sending().isToGroup()) {
            item.put("recipient_id", out.recipient().id()).put("recipient_type", "group");
        } else {
            recipient(item, out.sending().recipient(), status.equals("failed"));
        }
        put(item, "biz_opaque_callback_data", Json.text(out.sending().message(), "biz_opaque_callback_data"));
        SendPolicy.Pricing pricing = out.verdict().pricing();
        if (pricing != null && PRICED.contains(status)) {
            item.putObject("pricing").put("billable", pricing.isBillable()).put("pricing_model", "PMP").put("type", pricing.type())
                    .put("category", pricing.category());
        }
        if (status.equals("failed")) {
            item.putArray("errors").add(out.verdict().isFailure() ? out.verdict().error().inStatus(out.verdict().details())
                    : CloudError.UNDELIVERABLE.inStatus("Message Undeliverable."));
        }
        return item;
    }

    private static void recipient(ObjectNode item, Sending.Recipient recipient, boolean failed) {
        Customer customer = recipient.customer();
        if (customer.phone() != null || !recipient.isByUserId()) {
            item.put("recipient_id", customer.number());
        }
        if (!failed || recipient.isByUserId()) {
            item.put("recipient_user_id", customer.userId());
            put(item, "recipient_parent_user_id", customer.parentUserId());
        }
    }

    private static void put(ObjectNode item, String field, String value) {
        if (value != null) {
            item.put(field, value);
        }
    }
}
