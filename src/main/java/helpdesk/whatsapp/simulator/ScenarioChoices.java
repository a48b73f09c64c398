package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Which scenarios are chosen: for one customer or file, else for everything, each for its next calls or for all of them. Of two that
 * fit, the one for the customer goes first, then the newer one. After a restart what is drawn is drawn from the beginning again.
 */
final class ScenarioChoices {

    /** One choice. What is drawn is drawn from a random of the seed, in the order of the calls. */
    private static final class Choice {

        private final long id;
        private final Scenario scenario;
        private final JsonNode options;
        private final String to;
        private final double share;
        private final long seed;
        private final Random random;
        private final Map<String, Integer> played = new ConcurrentHashMap<>();
        private int left;

        Choice(long id, Scenario scenario, JsonNode wanted) {
            this.id = id;
            options = wanted.path("options").deepCopy();
            this.scenario = scenario.with(options);
            to = customer(Json.text(wanted, "to"));
            share = wanted.path("share").asDouble(1);
            seed = wanted.path("seed").asLong(1);
            left = wanted.path("next").asInt(Integer.MAX_VALUE);
            random = new Random(seed);
        }

        boolean fits(String customer, Predicate<Scenario> at) {
            return left > 0 && (to == null || customer != null && to.equals(PhoneNumbers.waId(customer))) && at.test(scenario);
        }

        /** Null when the draw is against it. */
        Play play(String customer, ScenarioMemory memory) {
            if (left != Integer.MAX_VALUE) {
                memory.left(id, --left);
            }
            if (share < 1 && random.nextDouble() >= share) {
                return null;
            }
            int before = played.merge(String.valueOf(customer), 1, Integer::sum) - 1;
            return ScenarioChoices.play(scenario, before, random);
        }

        ObjectNode json() {
            ObjectNode json = Json.object().put("id", String.valueOf(id)).put("scenario", scenario.name()).put("to", to)
                    .put("next", left == Integer.MAX_VALUE ? null : left).put("share", share).put("seed", seed)
                    .put("played", played.values().stream().mapToInt(Integer::intValue).sum());
            return json;
        }
    }

    private static final int MOST = 1000;

    private final ScenarioMemory memory;
    private final List<Choice> choices = new ArrayList<>();
    private final Map<String, Integer> played = new ConcurrentHashMap<>();
    private final Random random = new Random(1);

    ScenarioChoices(ScenarioMemory memory) {
        this.memory = memory;
        memory.choices().forEach((id, wanted) -> {
            Scenario scenario = Scenario.named(wanted.path("scenario").asText());
            if (scenario != null) {
                choices.add(new Choice(id, scenario, wanted));
            }
        });
    }

    /** The id of a choice that is added. */
    synchronized String add(Scenario scenario, JsonNode wanted) {
        forget(choices.stream().filter(choice -> choice.left == 0).toList());
        if (choices.size() >= MOST) {       // first what goes on with a file: of those there is one for each
            forget(choices.stream().filter(choice -> choice.to != null && SimulatedMedia.isId(choice.to)).findFirst()
                    .or(() -> choices.stream().findFirst()).stream().toList());
        }
        long id = memory.add(((ObjectNode) wanted.deepCopy()).put("scenario", scenario.name()));
        choices.add(new Choice(id, scenario, wanted));
        return String.valueOf(id);
    }

    /** False when there is none. */
    synchronized boolean remove(String id) {
        return forget(choices.stream().filter(choice -> String.valueOf(choice.id).equals(id)).toList());
    }

    synchronized void clear() {
        forget(choices);
        played.clear();
    }

    private boolean forget(List<Choice> over) {
        List<Choice> these = List.copyOf(over);
        memory.forget(these.stream().map(choice -> choice.id).toList());
        return choices.removeAll(these);
    }

    synchronized ArrayNode list() {
        ArrayNode list = Json.MAPPER.createArrayNode();
        choices.stream().filter(choice -> choice.left > 0).forEach(choice -> list.add(choice.json()));
        return list;
    }

    /** What is played for this customer (or file), of the scenarios that fit here; null for nothing. */
    synchronized Play forCustomer(String customer, Predicate<Scenario> at) {
        return ofCustomer(customer, at).map(choice -> choice.play(customer, memory)).orElse(null);
    }

    private Optional<Choice> ofCustomer(String customer, Predicate<Scenario> at) {
        return choices.stream().filter(choice -> choice.to != null && choice.fits(customer, at)).max(Comparator.comparingLong(choice -> choice.id));
    }

    /** What is chosen for this customer goes on with a file that the customer sends: what is asked about it names nobody. */
    synchronized boolean hand(String customer, String file, Predicate<Scenario> at) {
        Choice chosen = ofCustomer(customer, at).orElse(null);
        if (chosen == null || chosen.play(customer, memory) == null) {
            return false;
        }
        add(chosen.scenario, (ObjectNode) Json.object().put("to", file).set("options", chosen.options));
        return true;
    }

    synchronized Play forAll(String customer, Predicate<Scenario> at) {
        return choices.stream().filter(choice -> choice.to == null && choice.fits(customer, at))
                .max(Comparator.comparingLong(choice -> choice.id)).map(choice -> choice.play(customer, memory)).orElse(null);
    }

    /** What was asked for by name or number alone. */
    synchronized Play once(Scenario scenario, String customer) {
        if (played.size() > MOST * 10) {
            played.clear();
        }
        return play(scenario, played.merge(scenario.name() + " " + customer, 1, Integer::sum) - 1, random);
    }

    private static Play play(Scenario scenario, int before, Random random) {
        JsonNode oneOf = scenario.script().path("oneOf");
        if (oneOf.isArray()) {
            Scenario drawn = Scenario.named(oneOf.path(random.nextInt(oneOf.size())).asText());
            return new Play(scenario.name() + ": " + drawn.name(), drawn.script(), before, random);
        }
        return new Play(scenario.name(), scenario.script(), before, random);
    }

    static String customer(String to) {
        return to == null || to.isBlank() ? null : PhoneNumbers.waId(to.strip().replaceFirst("^\\+", ""));
    }
}
