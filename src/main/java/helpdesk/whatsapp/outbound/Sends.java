package helpdesk.whatsapp.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Graph;
import helpdesk.whatsapp.web.NotFound;
import helpdesk.whatsapp.web.Problem;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Bean {@code sends}: between the request of {@code POST /api/whatsapp/messages}, the rows of a message and the body of the
 * Graph API call. All three are JSON.
 */
public final class Sends {

    private static final Set<String> MEDIA = Set.of("image", "video", "audio", "document", "sticker");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Graph graph;

    public Sends(Graph graph) {
        this.graph = graph;
    }

    /**
     * The send as the statements read it: {@code type, text, payload} (the Graph body without recipient), {@code waId} or
     * {@code userId}, {@code ticketId, replyTo, mediaId, idempotencyKey, bodyHash, phoneNumberId, agentId, author, authorKind}.
     *
     * @param body what the contract has accepted
     * @param request what {@code takeRequest} took
     */
    public String prepare(JsonNode body, String request) {
        String type = body.path("type").asText("text");
        JsonNode asked = Json.read(request);
        ObjectNode send = Json.object();
        send.put("type", type);
        send.put("phoneNumberId", graph.phoneNumberId());
        send.put("waId", body.has("to") ? waId(body.path("to").asText()) : null);
        send.put("userId", Json.text(body, "recipient"));
        send.put("ticketId", Json.text(body, "ticketId"));
        send.put("replyTo", Json.text(body, "replyTo"));
        send.put("idempotencyKey", Json.text(asked, "idempotencyKey"));
        send.put("bodyHash", Hashes.sha256(body.toString()));
        send.put("agentId", Json.text(body, "agentId"));
        send.put("author", Json.text(asked, "actor"));
        send.put("authorKind", asked.hasNonNull("session") ? "login" : "token");
        send.put("text", text(type, body.path(type)));
        ObjectNode payload = send.putObject("payload");
        payload.put("type", type);
        payload.set(type, body.path(type));
        if (body.has("context")) {
            payload.set("context", body.path("context"));
        }
        String mediaId = Json.text(body.path(type), "id");
        if (MEDIA.contains(type) && mediaId != null && UUID.matcher(mediaId).matches()) {
            send.put("mediaId", mediaId);
        }
        return Json.write(send);
    }

    /** Whether the request came with an Idempotency-Key. */
    public boolean hasKey(String preparedSend) {
        return Json.read(preparedSend).hasNonNull("idempotencyKey");
    }

    /** Refuses what cannot be sent, with the mend; {@code found} is what the stores know about the recipient. */
    public void check(String preparedSend, String foundJson) {
        JsonNode send = Json.read(preparedSend);
        JsonNode found = Json.read(foundJson);
        if (found.path("ticketMissing").asBoolean()) {
            throw new NotFound("No ticket has the id " + send.path("ticketId").asText() + ".").with("field", "ticketId");
        }
        if (found.path("mergedJustNow").asBoolean()) {
            throw new Problem(503, "busy", "The contact is being merged with another one just now. Try again.");
        }
        if (found.path("recipientForeign").asBoolean()) {
            throw invalid(send.hasNonNull("waId") ? "to" : "recipient", "The ticket belongs to another customer: leave this out, "
                    + "or leave out ticketId.");
        }
        if (found.path("quotedMissing").asBoolean()) {
            throw invalid("replyTo", "There is no such message with this customer, or Meta has not taken it yet.");
        }
        if (send.hasNonNull("agentId") && !found.hasNonNull("agent")) {
            throw invalid("agentId", "There is no such agent.");
        }
        if (!"configured".equals(found.path("channelState").asText())) {
            throw new Problem(409, "channel-unknown", "The ticket belongs to a business number that is not set up here: "
                    + found.path("phoneNumberId").asText() + ".");
        }
        if (send.hasNonNull("mediaId")) {
            checkMedia(send.path("type").asText(), found.path("media"));
        }
        if (found.hasNonNull("windowClosedAt") && !"template".equals(send.path("type").asText())) {
            throw new Problem(409, "window-closed", "The customer's last message is more than 24 hours old: WhatsApp takes "
                    + "only templates now.").with("windowClosedAt", found.path("windowClosedAt").asText());
        }
    }

    private static void checkMedia(String type, JsonNode media) {
        String field = type + ".id";
        if (!media.isObject()) {
            throw invalid(field, "There is no media with this id.");
        }
        if (!"ready".equals(media.path("state").asText())) {
            throw invalid(field, "This media is not ready: it is " + media.path("state").asText() + ".");
        }
        String mime = media.path("mimeType").asText("");
        boolean fits = switch (type) {
            case "document" -> true;
            case "sticker" -> mime.equals("image/webp");
            default -> mime.startsWith(type + "/") && !mime.equals("image/webp");
        };
        if (!fits) {
            throw invalid(field, "This media is " + mime + ", which cannot be sent as " + type + ".");
        }
    }

    // 00 is what many dial for the plus; no country code begins with 0, so that anything else with one has none.
    private static String waId(String number) {
        String digits = number.replaceAll("\\D", "").replaceFirst("^00", "");
        if (digits.startsWith("0") || digits.length() < 7) {
            throw invalid("to", "must begin with the country code, as +49 or 0049");
        }
        return digits;
    }

    private static Problem invalid(String field, String message) {
        return Problem.validation(List.of(new Problem.FieldError(field, message)));
    }

    /** The send with what the stores found: who it goes to, the message that it quotes, and the agent in whose name it goes. */
    public String addressed(String preparedSend, String foundJson) {
        ObjectNode send = (ObjectNode) Json.read(preparedSend);
        JsonNode found = Json.read(foundJson);
        ObjectNode recipient = send.putObject("recipient");
        String waId = send.hasNonNull("waId") ? send.path("waId").asText() : Json.text(found, "waId");
        if (send.hasNonNull("userId") || waId == null) {
            recipient.put("recipient", send.hasNonNull("userId") ? send.path("userId").asText() : Json.text(found, "userId"));
        } else {
            recipient.put("to", "+" + waId);
        }
        if (found.hasNonNull("agent")) {
            send.put("author", found.path("agent").asText()).put("authorKind", "agent");
        }
        if (found.hasNonNull("quotedWamid")) {
            ((ObjectNode) send.path("payload")).putObject("context").put("message_id", found.path("quotedWamid").asText());
        }
        return Json.write(send);
    }

    /** The one-row batch by which the statements of contact-enrich claim the recipient's names. */
    public String recipientRow(String preparedSend) {
        JsonNode send = Json.read(preparedSend);
        ObjectNode row = Json.object();
        row.put("part", "message").put("outcome", "new");
        if (!send.hasNonNull("ticketId")) {     // a ticket has its contact: a name given with it is only the address
            row.set("wa_id", send.path("waId"));
            row.set("user_id", send.path("userId"));
        }
        return Json.write(Json.MAPPER.createArrayNode().add(row));
    }

    /** The body of {@code POST /{phone-number-id}/messages}; {@code biz_opaque_callback_data} is the attempt's id. */
    public String graphBody(String startedAttempt, String graphMediaId) {
        JsonNode attempt = Json.read(startedAttempt);
        ObjectNode body = Json.object();
        body.put("messaging_product", "whatsapp").put("recipient_type", "individual");
        body.setAll((ObjectNode) attempt.path("recipient"));
        body.setAll((ObjectNode) attempt.path("payload").deepCopy());
        if (graphMediaId != null && !graphMediaId.isEmpty()) {
            ((ObjectNode) body.path(attempt.path("type").asText())).put("id", graphMediaId);
        }
        body.put("biz_opaque_callback_data", attempt.path("attemptId").asText());
        return Json.write(body);
    }

    /** The same Idempotency-Key came with another body. */
    public void conflict() {
        throw new Problem(409, "idempotency-conflict", "This Idempotency-Key was used for another message.");
    }

    /** Only what failed, or what may have been sent, is sent again; anything else is on its way or has arrived. */
    public void notToRetry() {
        throw new Problem(409, "not-to-retry", "There is no message with this id that failed or is unknown.");
    }

    // What a person would read first.
    private static String text(String type, JsonNode content) {
        return switch (type) {
            case "text", "interactive" -> Json.text(type.equals("text") ? content : content.path("body"),
                    type.equals("text") ? "body" : "text");
            case "reaction" -> Json.text(content, "emoji");
            case "template", "location" -> Json.text(content, "name");
            case "contacts" -> Json.text(content.path(0).path("name"), "formatted_name");
            default -> Json.text(content, "caption");
        };
    }
}
