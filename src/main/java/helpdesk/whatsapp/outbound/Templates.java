package helpdesk.whatsapp.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Bean {@code templates}: the message templates that Meta has for the account, kept for some minutes for each mode. */
public final class Templates {

    private static final Duration FRESH = Duration.ofMinutes(5);

    private record Kept(ArrayNode templates, Instant at) {
    }

    private final Map<String, Kept> byMode = new ConcurrentHashMap<>();

    /** What was fetched a moment ago; null when it must be fetched. {@code refresh=true} in the request fetches anyway. */
    public String fresh(String mode, String request) {
        Kept kept = byMode.get(mode);
        boolean refresh = "true".equals(Json.text(Json.read(request), "refresh"));
        return refresh || kept == null || kept.at().plus(FRESH).isBefore(Instant.now()) ? null : answer(kept);
    }

    /** Keeps Meta's answer and answers it in our shape; when there is none, what is known goes on being shown, with its age. */
    public String keep(String mode, GraphReplies.Reply reply) {
        JsonNode answer = reply.body();
        Kept known = byMode.get(mode);
        if (!reply.isOk() || !answer.path("data").isArray()) {
            if (known == null) {
                throw new Problem(503, "templates-unavailable", "Meta did not give the templates: "
                        + (reply.fault() != null ? reply.fault() : answer.path("error").path("message").asText("HTTP " + reply.status() + ".")));
            }
            return answer(known);
        }
        ArrayNode templates = Json.MAPPER.createArrayNode();
        for (JsonNode given : answer.path("data")) {
            ObjectNode template = templates.addObject();
            for (String field : new String[] {"name", "language", "status", "category"}) {
                template.put(field, given.path(field).asText(""));
            }
            template.put("named", "NAMED".equalsIgnoreCase(given.path("parameter_format").asText()));
            template.set("components", given.path("components").isArray() ? given.path("components") : Json.MAPPER.createArrayNode());
        }
        Kept kept = new Kept(templates, Instant.now());
        byMode.put(mode, kept);
        return answer(kept);
    }

    private static String answer(Kept kept) {
        ObjectNode answer = Json.object();
        answer.set("data", kept.templates());
        answer.put("fetchedAt", kept.at().truncatedTo(ChronoUnit.MILLIS).toString());
        return Json.write(answer);
    }
}
