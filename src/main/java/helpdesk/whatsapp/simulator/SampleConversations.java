package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Bean {@code sampleConversations}: what customers write and agents answer, so that a first look at the inbox shows something. */
public final class SampleConversations {

    private static final JsonNode SAMPLES = SimulatedTemplates.resource("samples.json");

    /** What customers wrote some time ago. */
    public List<String> first() {
        return steps(step -> !step.has("reply") && !step.has("later"));
    }

    /** What agents answer. */
    public List<String> replies() {
        return steps(step -> step.has("reply"));
    }

    /** What customers write then. */
    public List<String> later() {
        return steps(step -> step.has("later"));
    }

    private static List<String> steps(Predicate<JsonNode> wanted) {
        List<String> steps = new ArrayList<>();
        for (JsonNode sample : SAMPLES) {
            if (wanted.test(sample)) {
                ObjectNode step = sample.deepCopy();
                if (step.has("minutesAgo")) {
                    step.put("timestamp", String.valueOf(Instant.now().getEpochSecond() - 60 * step.path("minutesAgo").asLong()));
                }
                step.remove(List.of("minutesAgo", "later", "reply"));
                steps.add(Json.write(step));
            }
        }
        return steps;
    }
}
