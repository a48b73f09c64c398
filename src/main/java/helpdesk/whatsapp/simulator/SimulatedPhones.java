package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bean {@code simulatedPhones}: how each customer's phone behaves - whether it reads, answers by itself, only takes, is switched off,
 * or refuses - and whether somebody types to it just now. What a phone does not do yet, it does once it may, also after a restart.
 */
public final class SimulatedPhones {

    /** In the place of a number: every phone that was not changed by itself. */
    static final String ALL = "all";
    private static final Duration TYPING = Duration.ofSeconds(25);
    /** What a phone that is off or does not read has not done of a message. */
    private static final List<String> HELD = List.of("delivered", "read", "played");
    /** So many messages go on at a time. */
    private static final int MOST_RELEASED = 500;

    private final PhoneMemory memory;
    private final SimulatedUsers users;
    private final Map<String, String> behaviours;
    private final Map<String, Instant> typing = new ConcurrentHashMap<>();

    SimulatedPhones(PhoneMemory memory, SimulatedUsers users) {
        this.memory = memory;
        this.users = users;
        behaviours = new ConcurrentHashMap<>(memory.behaviours());
    }

    /** Reads, answers, takes, off or refuses. */
    String behaviour(String customer) {
        return behaviours.getOrDefault(customer, behaviours.getOrDefault(ALL, "reads"));
    }

    /** The statuses that this phone lets happen now, of those that a message would have. */
    List<String> now(String customer, List<String> statuses) {
        return switch (behaviour(customer)) {
            case "off" -> statuses.stream().filter("sent"::equals).toList();
            case "takes" -> statuses.stream().filter(status -> !status.equals("read") && !status.equals("played")).toList();
            case "refuses" -> List.of("failed");
            default -> statuses;
        };
    }

    /** Keeps a callback until the phone does what it says. */
    void hold(String customer, ObjectNode callback) {
        memory.hold(customer, callback);
    }

    /** A read receipt with a typing indicator came for a message of this customer. */
    void typed(String customer) {
        typing.put(customer, Instant.now().plus(TYPING));
    }

    /** A message has come: nobody types any more. */
    void written(String customer) {
        typing.remove(customer);
    }

    /** The sample customers and every other phone that was changed. */
    public String list() {
        Instant now = Instant.now();
        typing.values().removeIf(until -> until.isBefore(now));
        TreeSet<String> customers = new TreeSet<>(SampleCustomers.NAMES.keySet());
        customers.addAll(behaviours.keySet());
        customers.addAll(typing.keySet());
        customers.remove(ALL);
        ObjectNode answer = Json.object().put("others", behaviour(ALL));
        ArrayNode data = answer.putArray("data");
        for (String customer : customers) {
            data.addObject().put("id", customer).put("name", SampleCustomers.name(customer)).put("behaviour", behaviour(customer))
                    .put("typing", typing.containsKey(customer));
        }
        return Json.write(answer);
    }

    /** Changes a phone, or all; the answer says which: {@link #due} of it may be more than before. */
    public String change(String request, JsonNode wanted) {
        String id = Json.read(request).path("id").asText();
        String customer = id.equals(ALL) ? ALL : users.of(PhoneNumbers.waId(id)).key();
        String behaviour = wanted.path("behaviour").asText();
        memory.behaves(customer, behaviour);
        behaviours.put(customer, behaviour);
        return customer;
    }

    /** Takes what was held back and may happen now, as JSON: the callbacks of some messages, the oldest first; null when there is nothing. */
    public String due(String customer) {
        ArrayNode due = Json.MAPPER.createArrayNode();
        for (String each : customer.equals(ALL) ? memory.waiting() : List.of(customer)) {
            if (due.isEmpty()) {
                memory.release(each, now(each, HELD), MOST_RELEASED).forEach(callback -> due.add(callback.put("position", due.size())));
            }
        }
        return due.isEmpty() ? null : Json.write(due);
    }

    /** Who types; how each phone behaves stays. */
    public void forget() {
        typing.clear();
    }
}
