package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
    /** What is held back for one phone; older ones are forgotten. */
    private static final int MOST_HELD = 200;

    private final PhoneMemory memory;
    private final Map<String, String> behaviours;
    private final Map<String, Instant> typing = new ConcurrentHashMap<>();
    private final Map<String, List<PhoneMemory.Held>> held;

    SimulatedPhones(PhoneMemory memory) {
        this.memory = memory;
        behaviours = new ConcurrentHashMap<>(memory.behaviours());
        held = new ConcurrentHashMap<>(memory.held());
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
        List<PhoneMemory.Held> waiting = held.computeIfAbsent(customer, key -> new ArrayList<>());
        synchronized (waiting) {
            waiting.add(memory.hold(customer, callback));
            while (waiting.size() > MOST_HELD) {
                memory.forget(waiting.remove(0));
            }
        }
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

    /** Changes a phone; the answer holds the callbacks that are due by it, as JSON, or null. */
    public String change(String request, JsonNode wanted) {
        String customer = Json.read(request).path("id").asText();
        String behaviour = wanted.path("behaviour").asText();
        memory.behaves(customer, behaviour);
        behaviours.put(customer, behaviour);
        ArrayNode due = Json.MAPPER.createArrayNode();
        if (customer.equals(ALL)) {
            held.keySet().forEach(each -> release(each, due));
        } else {
            release(customer, due);
        }
        return due.isEmpty() ? null : Json.write(due);
    }

    private void release(String customer, ArrayNode due) {
        List<PhoneMemory.Held> waiting = held.getOrDefault(customer, List.of());
        synchronized (waiting) {
            for (PhoneMemory.Held one : List.copyOf(waiting)) {
                String kind = one.callback().path("kind").asText();
                if (now(customer, List.of(kind)).contains(kind)) {
                    memory.forget(one);
                    waiting.remove(one);
                    due.add(one.callback().put("position", due.size()));
                }
            }
        }
    }
}
