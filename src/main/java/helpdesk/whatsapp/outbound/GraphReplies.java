package helpdesk.whatsapp.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.Problem;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bean {@code graphReplies}: what Meta answered to a call that is no send, as one value that routes and statements read. */
public final class GraphReplies {

    /** @param fault why there is no usable answer; null when there is one */
    public record Reply(Integer status, JsonNode body, String fault) {

        public boolean isOk() {
            return fault == null && status / 100 == 2 && !body.has("error");
        }

        /** Meta's error code; null without. */
        public Integer getCode() {
            JsonNode code = body.path("error").path("code");
            return code.isNumber() ? code.asInt() : null;
        }

        private String details() {
            String details = Json.text(body.path("error").path("error_data"), "details");
            return details != null ? details : Json.text(body.path("error"), "message");
        }

        /** {@code {ok, status, code, title, details, fault, body}}. */
        public String toJson() {
            ObjectNode json = Json.object().put("ok", isOk()).put("status", status).put("code", getCode())
                    .put("title", Json.text(body.path("error"), "message")).put("details", details()).put("fault", fault);
            json.set("body", body);
            return Json.write(json).replace("\\u0000", "");
        }
    }

    public Reply of(Integer status, String body) {
        try {
            JsonNode json = body == null || body.isBlank() ? null : Json.MAPPER.readTree(body);
            return new Reply(status, json == null ? Json.object() : json, null);
        } catch (JsonProcessingException e) {
            return new Reply(status, Json.object(), "HTTP " + status + " and no JSON.");
        }
    }

    public Reply silent(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new Reply(null, Json.object(), "No answer: " + root.getMessage());
    }

    /** Passes a good reply on, with the advice of Meta's error table (JSON, or null) refuses any other. */
    public Reply require(Reply reply, String advice) {
        if (reply.isOk()) {
            return reply;
        }
        Map<String, Object> graph = new LinkedHashMap<>();
        graph.put("status", reply.status());
        graph.put("code", reply.getCode());
        graph.put("title", Json.text(reply.body().path("error"), "message"));
        graph.put("details", reply.details());
        graph.put("advice", advice == null ? null : Json.text(Json.read(advice), "advice"));
        String reason = reply.fault() != null ? reply.fault() : reply.details() != null ? reply.details() : "HTTP " + reply.status() + ".";
        throw new Problem(502, reply.fault() != null ? "graph-unreachable" : "graph-refused",
                (reply.fault() != null ? "The Graph API did not answer: " : "The Graph API refused: ") + reason).with("graph", graph);
    }

    /** The answer of a route that told Meta something; a null reply for nothing told. The ticket is left out when null. */
    public String receipt(Reply reply, String ticket) {
        ObjectNode answer = Json.object();
        if (ticket != null) {
            answer.set("ticket", Json.read(ticket));
        }
        answer.put("receipt", reply == null ? "skipped" : reply.isOk() ? "sent" : "failed");
        answer.put("fault", reply == null || reply.isOk() ? null : reply.fault() != null ? reply.fault() : reply.details());
        return Json.write(answer);
    }
}
