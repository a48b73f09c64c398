package helpdesk.whatsapp.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Bean {@code graphAnswers}: tells what the end of a call to Meta means for the attempt. */
public final class GraphAnswers {

    /**
     * The end of a call.
     *
     * @param kind accepted (Meta took it), refused (with Meta's error envelope or a 4xx), busy (not even tried),
     *        unreachable (nothing was sent), unclear (it may have been taken)
     * @param retryAfter seconds, from the header; null without
     */
    public record Answer(String kind, Integer httpStatus, String wamid, String waId, String userId, Integer code, String title,
            String reason, Integer retryAfter) {

        public String toJson() {
            return Json.write(this);
        }
    }

    /** By status and body. Never by the status alone where Meta gives an error code: its statuses are not reliable. */
    public Answer answered(Integer httpStatus, String body, String retryAfter) {
        int status = httpStatus == null ? 0 : httpStatus;
        Integer wait = retryAfter != null && retryAfter.matches("\\d{1,6}") ? Integer.valueOf(retryAfter) : null;
        JsonNode json = parse(body);
        JsonNode error = json.path("error");
        if (error.path("code").isNumber()) {
            String details = Json.text(error.path("error_data"), "details");
            return new Answer("refused", status, null, null, null, error.path("code").asInt(), Json.text(error, "message"),
                    details == null ? Json.text(error, "message") : details, wait);
        }
        String wamid = Json.text(json.path("messages").path(0), "id");
        if (status / 100 == 2 && wamid != null) {
            JsonNode contact = json.path("contacts").path(0);
            return new Answer("accepted", status, wamid, Json.text(contact, "wa_id"), Json.text(contact, "user_id"), null, null,
                    null, null);
        }
        // Without Meta's envelope: 429, and 503 with Retry-After, say that the request was not worked on, a 4xx that it was refused.
        // Behind any other answer the message may have been taken: a proxy says 503 also when Meta hung up after the request.
        String reason = "HTTP " + status + " without Meta's error envelope.";
        if (status == 429 || status == 503 && retryAfter != null) {
            return new Answer("busy", status, null, null, null, null, null, reason, wait);
        }
        return new Answer(status / 100 == 4 ? "refused" : "unclear", status, null, null, null, null, null, reason, wait);
    }

    /** By the fault that ended the call without an answer. */
    public Answer failed(Throwable fault) {
        Throwable root = fault;
        for (Throwable t = fault; t != null; t = t.getCause()) {
            root = t;
            if (t instanceof ConnectException || t instanceof UnknownHostException || t instanceof NoRouteToHostException
                    || t instanceof SSLHandshakeException || t instanceof SSLPeerUnverifiedException) {
                return ended("unreachable", "No connection: " + t.getMessage());
            }
        }
        return ended("unclear", "No answer: " + root.getMessage());
    }

    /** Of the upload of a file, which is safe to repeat: uploaded (its id in {@code wamid}), refused or busy. */
    public Answer uploaded(Integer httpStatus, String body, String retryAfter) {
        String id = Json.text(parse(body), "id");
        if (httpStatus != null && httpStatus / 100 == 2 && id != null) {
            return new Answer("uploaded", httpStatus, id, null, null, null, null, null, null);
        }
        Answer answer = answered(httpStatus, body, retryAfter);
        return answer.kind().equals("refused") ? answer : new Answer("busy", answer.httpStatus(), null, null, null, null, null,
                "The upload of the file: " + answer.reason(), answer.retryAfter());
    }

    /** The upload ended without an answer: nothing has been sent, it is tried again. */
    public Answer uploadFailed(Throwable fault) {
        return ended("busy", "The upload of the file: " + failed(fault).reason());
    }

    /** Something failed before the call was made: it is tried again. */
    public Answer notCalled(String reason) {
        return ended("busy", "Not called: " + reason);
    }

    /** Before any call: the customer's window has closed while the message waited. */
    public Answer windowClosed(String windowClosedAt) {
        return new Answer("refused", null, null, null, null, 131047, "Re-engagement message",
                "The customer's 24-hour window closed at " + windowClosedAt + ", while the message waited.", null);
    }

    /** What is recorded of an attempt: whose it is, how it ended, and what is advised (JSON, or null). */
    public JsonNode end(Map<String, Object> attempt, Answer answer, String advice) {
        ObjectNode end = Json.object();
        for (String field : List.of("attemptId", "messageId", "number")) {
            end.set(field, Json.MAPPER.<JsonNode>valueToTree(attempt.get(field)));
        }
        end.set("answer", Json.MAPPER.<JsonNode>valueToTree(answer));
        return advice == null || advice.isEmpty() ? end : end.set("advice", Json.read(advice));
    }

    /** The parameter of the statements that record ends. */
    public String ends(List<JsonNode> ends) {
        return Json.write(ends);
    }

    public List<JsonNode> alone(JsonNode end) {
        return List.of(end);
    }

    private static Answer ended(String kind, String reason) {
        return new Answer(kind, null, null, null, null, null, null, reason, null);
    }

    private static JsonNode parse(String body) {
        try {
            JsonNode json = body == null || body.isBlank() ? null : Json.MAPPER.readTree(body);
            return json == null ? Json.object() : json;
        } catch (JsonProcessingException e) {
            return Json.object();
        }
    }
}
