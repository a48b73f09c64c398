package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is to happen in the place of what usually does: a row of {@code scenarios.json}, or {@code error-<code>}, which is any row
 * of Meta's table of errors. Each has a phone number to which it always happens.
 *
 * @param number digits of that number
 * @param script what happens: see the guide of the simulator
 */
record Scenario(String name, String number, String about, JsonNode script) {

    private static final String ERROR = "error-";
    private static final Map<String, Scenario> BOOK = new LinkedHashMap<>();
    private static final Map<String, Scenario> BY_NUMBER = new LinkedHashMap<>();

    static {
        for (JsonNode row : SimulatedTemplates.resource("scenarios.json")) {
            keep(new Scenario(row.path("name").asText(), row.path("number").asText(), row.path("about").asText(), row));
        }
        SimulatedError.table().values().forEach(error -> keep(ofError(error)));
    }

    private static void keep(Scenario scenario) {
        BOOK.put(scenario.name(), scenario);
        BY_NUMBER.put(scenario.number(), scenario);
    }

    private static Scenario ofError(SimulatedError error) {
        ObjectNode script = Json.object();
        script.putObject(error.later() ? "fail" : "refuse").put("code", error.code());
        return new Scenario(ERROR + error.code(), "15559%06d".formatted(error.code()),
                error.title() + (error.later() ? ", in a status." : ", in the answer."), script);
    }

    static Iterable<Scenario> all() {
        return BOOK.values();
    }

    /** Null when there is none of this name. */
    static Scenario named(String name) {
        Scenario known = BOOK.get(name);
        return known == null && name.matches(ERROR + "\\d{1,9}")
                ? ofError(SimulatedError.of(Integer.parseInt(name.substring(ERROR.length())))) : known;
    }

    /** That of a number, or null. */
    static Scenario ofNumber(String number) {
        return number == null ? null : BY_NUMBER.get(number);
    }

    /** The same with other values. Another code is another error, of which nothing is as it was but when it comes. */
    Scenario with(JsonNode options) {
        ObjectNode changed = script.deepCopy();
        options.fields().forEachRemaining(option -> {
            JsonNode before = changed.path(option.getKey());
            changed.set(option.getKey(), before.isObject() && option.getValue().isObject()
                    ? over((ObjectNode) before, option.getValue()) : option.getValue());
        });
        return new Scenario(name, number, about, changed);
    }

    private static JsonNode over(ObjectNode before, JsonNode values) {
        boolean other = values.has("code") && !values.path("code").equals(before.path("code"));
        return (other ? before.retain("times", "html", "after") : before).setAll((ObjectNode) values);
    }

    /**
     * What it is played with: calls (every one, where it has to do with the answer alone), messages (of every type), template, media
     * (questions about a file), download, or one operation, for example {@code POST media}.
     */
    String on() {
        boolean answer = script.hasNonNull("refuse") || script.hasNonNull("hold");
        boolean message = script.hasNonNull("callbacks") || script.hasNonNull("fail") || script.hasNonNull("then");
        return script.path("on").asText(answer && !message ? "calls" : "messages");
    }
}
