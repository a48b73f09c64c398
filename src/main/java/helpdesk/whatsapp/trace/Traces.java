package helpdesk.whatsapp.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.NotFound;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.BacklogTracer;
import org.apache.camel.spi.BacklogTracerEventMessage;

/** Bean {@code traces}: of what Camel's backlog tracer has kept, the steps of one message, and the map of the routes it may take. */
public final class Traces {

    private static final String DIRECT = "direct:";
    /** Every item carries these along, and they tell nothing of it. */
    private static final Set<String> OF_THE_BATCH = Set.of("events", "items");
    private static final List<String> INBOUND = List.of("webhook-receive", "webhook-process");
    private static final List<String> OUTBOUND = List.of("api-message-send", "outbound-deliver");

    private final CamelContext context;

    public Traces(CamelContext context) {
        this.context = context;
    }

    /** @param message as the API shows it */
    public String of(String message) {
        BacklogTracer tracer = context.getCamelContextExtension().getContextPlugin(BacklogTracer.class);
        if (tracer == null || !tracer.isEnabled()) {
            throw new NotFound("There is no trace: the tracer is on in the profile dev only.");
        }
        JsonNode shown = Json.read(message);
        List<Step> steps = steps(tracer.getAllTracedMessages(), shown);
        if (steps.isEmpty()) {
            throw new NotFound("The steps of message " + Json.text(shown, "id") + " are not kept any more; the last thousand are.");
        }
        ObjectNode answer = Json.object();
        answer.set("message", shown);
        ArrayNode list = answer.putArray("steps");
        steps.forEach(step -> list.add(step.toJson()));
        answer.set("map", map(Json.text(shown, "direction").equals("outbound") ? OUTBOUND : INBOUND));
        return Json.write(answer);
    }

    /** One event of the tracer with the payload it began and ended with. */
    private record Step(BacklogTracerEventMessage event, JsonNode before, JsonNode after) {

        ObjectNode toJson() {
            return Json.object().put("route", event.getRouteId()).put("node", event.getToNode()).put("kind", event.getToNodeShortName())
                    .put("label", event.getToNodeLabel()).put("location", event.getLocation())
                    .put("at", Instant.ofEpochMilli(event.getTimestamp()).toString()).put("ms", Math.max(0, event.getElapsed()))
                    .put("failed", event.isFailed()).<ObjectNode>set("before", payload(before)).set("after", payload(after));
        }

        private static ObjectNode payload(JsonNode json) {
            ObjectNode payload = Json.object();
            payload.put("body", unescaped(text(json.at("/message/body/value"))));
            ObjectNode variables = payload.putObject("variables");
            json.at("/message/exchangeVariables").forEach(one -> {
                if (!OF_THE_BATCH.contains(one.path("key").asText())) {
                    variables.put(one.path("key").asText(), text(one.path("value")));
                }
            });
            return payload;
        }

        // The tracer escapes a body for JSON, and again when it writes the whole.
        private static String unescaped(String body) {
            if (body == null || !body.contains("\\\"")) {
                return body;
            }
            try {
                return Json.MAPPER.readTree('"' + body + '"').asText();
            } catch (JsonProcessingException e) {
                return body;
            }
        }

        private static String text(JsonNode value) {
            return value.isMissingNode() || value.isNull() ? null : value.isTextual() ? value.asText() : Json.write(value);
        }
    }

    // What an exchange carries at a step is what it ended the step before with. The parts of a batch that are about other messages
    // are exchanges of their own and left out; what is about the whole batch is in.
    private static List<Step> steps(Collection<BacklogTracerEventMessage> all, JsonNode message) {
        Map<String, List<BacklogTracerEventMessage>> exchanges = new LinkedHashMap<>();
        all.stream().sorted(Comparator.comparingLong(BacklogTracerEventMessage::getUid))
                .forEach(event -> exchanges.computeIfAbsent(event.getExchangeId(), id -> new ArrayList<>()).add(event));
        List<Step> steps = new ArrayList<>();
        for (List<BacklogTracerEventMessage> events : exchanges.values()) {
            List<JsonNode> payloads = events.stream().map(event -> Json.read(event.getMessageAsJSon())).toList();
            if (payloads.stream().noneMatch(payload -> isAbout(Step.payload(payload).toString(), message))) {
                continue;
            }
            for (int i = 0; i < events.size(); i++) {
                if (!events.get(i).isFirst() && !events.get(i).isLast() && events.get(i).getToNode() != null) {
                    steps.add(new Step(events.get(i), payloads.get(i), payloads.get(Math.min(i + 1, events.size() - 1))));
                }
            }
        }
        steps.sort(Comparator.comparingLong((Step step) -> begin(step.event(), exchanges)).thenComparingLong(step -> step.event().getUid()));
        return steps;
    }

    // What began later stands later, however the threads took turns; a part stands where it was split off.
    private static long begin(BacklogTracerEventMessage event, Map<String, List<BacklogTracerEventMessage>> exchanges) {
        List<BacklogTracerEventMessage> whole = event.getCorrelationExchangeId() == null ? null : exchanges.get(event.getCorrelationExchangeId());
        return whole == null ? exchanges.get(event.getExchangeId()).get(0).getUid()
                : whole.get(0).getExchangeId().equals(event.getExchangeId()) ? whole.get(0).getUid() : begin(whole.get(0), exchanges);
    }

    private static boolean isAbout(String payload, JsonNode message) {
        String wamid = message.path("wamid").asText("");
        String id = Json.text(message, "id");
        String plain = payload.replace("\\", "").replace(" ", "");
        return Json.text(message, "direction").equals("outbound")
                ? plain.contains("\"messageId\":" + id + ",") || plain.contains("\"id\":\"" + id + "\"") && plain.contains("\"status\"")
                : !wamid.isEmpty() && payload.contains(wamid);
    }

    private ArrayNode map(List<String> roots) {
        Map<String, RouteDefinition> routes = new LinkedHashMap<>();
        for (RouteDefinition route : ((ModelCamelContext) context).getRouteDefinitions()) {
            routes.put(route.getRouteId(), route);
        }
        ArrayNode map = Json.MAPPER.createArrayNode();
        Set<String> seen = new LinkedHashSet<>(roots);
        Deque<String> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            RouteDefinition route = routes.get(open.poll());
            if (route == null) {
                continue;
            }
            ObjectNode node = map.addObject().put("route", route.getRouteId()).put("description", route.getDescriptionText());
            ArrayNode calls = node.putArray("calls");
            for (ToDefinition to : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class)) {
                String target = to.getUri() != null && to.getUri().startsWith(DIRECT) ? to.getUri().substring(DIRECT.length()) : null;
                if (target != null && routes.containsKey(target)) {
                    calls.add(target);
                    if (seen.add(target)) {
                        open.add(target);
                    }
                }
            }
        }
        return map;
    }
}
