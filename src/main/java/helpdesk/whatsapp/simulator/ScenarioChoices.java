package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Which scenarios are chosen, until the next start: for one customer or file, else for everything, each for its next calls or for
 * all of them. Of two that fit, the one for the customer goes first, then the newer one.
 */
final class ScenarioChoices {

    /** One choice. What is drawn is drawn from a random of the seed, in the order of the calls. */
    private static final class Choice {

        private final long id;
        private final Scenario scenario;
        private final String to;
        private final double share;
        private final long seed;
        private final JsonNode script;
        private final Random random;
        private final Map<String, Integer> played = new ConcurrentHashMap<>();
        private int left;

        Choice(long id, Scenario scenario, JsonNode wanted) {
            this.id = id;
            this.scenario = scenario;
            to = customer(Json.text(wanted, "to"));
            share = wanted.path("share").asDouble(1);
            seed = wanted.path("seed").asLong(1);
            left = wanted.path("next").asInt(Integer.MAX_VALUE);
            script = over(scenario.script(), wanted.path("options"));
            random = new Random(seed);
        }

        boolean fits(String customer, Predicate<Scenario> at) {
            return left > 0 && (to == null || to.equals(customer)) && at.test(scenario);
        }

        /** Null when the draw is against it. */
        Play play(String customer) {
            left -= left == Integer.MAX_VALUE ? 0 : 1;
            if (share < 1 && random.nextDouble() >= share) {
                return null;
            }
            int before = played.merge(String.valueOf(customer), 1, Integer::sum) - 1;
            return ScenarioChoices.play(scenario.name(), script, before, random);
        }

        ObjectNode json() {
            ObjectNode json = Json.object().put("id", String.valueOf(id)).put("scenario", scenario.name()).put("to", to)
                    .put("next", left == Integer.MAX_VALUE ? null : left).put("share", share).put("seed", seed)
                    .put("played", played.values().stream().mapToInt(Integer::intValue).sum());
            return json;
        }
    }

    private static final int MOST = 1000;

    private final List<Choice> choices = new ArrayList<>();
    private final Map<String, Integer> played = new ConcurrentHashMap<>();
    private final Random random = new Random(1);
    private long last;

    /** The id of a choice that is added. */
    synchronized String add(Scenario scenario, JsonNode wanted) {
        choices.removeIf(choice -> choice.left == 0);
        if (choices.size() >= MOST) {
            choices.remove(0);
        }
        choices.add(new Choice(++last, scenario, wanted));
        return String.valueOf(last);
    }

    /** False when there is none. */
    synchronized boolean remove(String id) {
        return choices.removeIf(choice -> String.valueOf(choice.id).equals(id));
    }

    synchronized void clear() {
        choices.clear();
        played.clear();
    }

    synchronized ArrayNode list() {
        ArrayNode list = Json.MAPPER.createArrayNode();
        choices.stream().filter(choice -> choice.left > 0).forEach(choice -> list.add(choice.json()));
        return list;
    }

    /** What is played for this customer (or file), of the scenarios that fit here; null for nothing. */
    synchronized Play forCustomer(String customer, Predicate<Scenario> at) {
        return choices.stream().filter(choice -> choice.to != null && choice.fits(customer, at))
                .max(Comparator.comparingLong(choice -> choice.id)).map(choice -> choice.play(customer)).orElse(null);
    }

    synchronized Play forAll(String customer, Predicate<Scenario> at) {
        return choices.stream().filter(choice -> choice.to == null && choice.fits(customer, at))
                .max(Comparator.comparingLong(choice -> choice.id)).map(choice -> choice.play(customer)).orElse(null);
    }

    /** What was asked for by name or number alone. */
    synchronized Play once(Scenario scenario, String customer) {
        if (played.size() > MOST * 10) {
            played.clear();
        }
        return play(scenario.name(), scenario.script(), played.merge(scenario.name() + " " + customer, 1, Integer::sum) - 1, random);
    }

    private static Play play(String name, JsonNode script, int before, Random random) {
        JsonNode oneOf = script.path("oneOf");
        if (oneOf.isArray()) {
            Scenario drawn = Scenario.named(oneOf.path(random.nextInt(oneOf.size())).asText());
            return new Play(name + ": " + drawn.name(), drawn.script(), before, random);
        }
        return new Play(name, script, before, random);
    }

    private static JsonNode over(JsonNode script, JsonNode options) {
        ObjectNode changed = script.deepCopy();
        options.fields().forEachRemaining(option -> {
            JsonNode before = changed.path(option.getKey());
            changed.set(option.getKey(), before.isObject() && option.getValue().isObject()
                    ? ((ObjectNode) before).setAll((ObjectNode) option.getValue()) : option.getValue());
        });
        return changed;
    }

    static String customer(String to) {
        return to == null || to.isBlank() ? null : to.strip().replaceFirst("^\\+", "");
    }
}
