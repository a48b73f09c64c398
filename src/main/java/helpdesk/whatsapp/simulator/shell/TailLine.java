package helpdesk.whatsapp.simulator.shell;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** An entry of the journal in one line: {@code -->} for a call of the Graph API, {@code <--} for what goes out to the webhook. */
final class TailLine {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    private static final int LONGEST_TEXT = 60;
    private static final int END_OF_WAMID = 12;

    String of(JsonNode entry) {
        List<String> parts = new ArrayList<>();
        parts.add(TIME.format(Instant.parse(entry.path("at").asText())));
        switch (entry.path("kind").asText()) {
            case "call" -> call(entry, parts);
            case "callback" -> callback(entry, parts);
            default -> parts.add("<-- handshake " + entry.path("url").asText() + "  " + entry.path("answer").asText());
        }
        return String.join("  ", parts);
    }

    private static void call(JsonNode entry, List<String> parts) {
        parts.add("--> " + entry.path("method").asText() + " " + entry.path("path").asText());
        JsonNode body = entry.at("/request/body");
        if (entry.has("to")) {
            parts.add(body.path("type").asText("text") + " to " + entry.path("to").asText() + text(body));
        } else if (body.has("status")) {
            parts.add(body.path("status").asText());
        }
        JsonNode error = entry.at("/response/error");
        parts.add(entry.path("status").asText() + (error.isObject() ? " " + error.path("code").asText() + " " + error.path("message").asText() : "")
                + wamid(entry));
    }

    private static void callback(JsonNode entry, List<String> parts) {
        String what = entry.path("what").asText();
        JsonNode message = entry.at("/body/entry/0/changes/0/value/messages/0");
        JsonNode error = entry.at("/body/entry/0/changes/0/value/statuses/0/errors/0");
        String who = entry.has("to") ? (message.isObject() ? " from " : " to ") + entry.path("to").asText() : "";
        int together = entry.path("messages").size();
        parts.add("<-- " + what + (together > 1 ? " and " + (together - 1) + " more" : "") + who + text(message)
                + (error.isObject() ? " " + error.path("code").asText() + " " + error.path("title").asText() : ""));
        String tries = entry.path("try").asInt() > 1 ? " (try " + entry.path("try").asInt() + ")" : "";
        parts.add((entry.has("fault") ? entry.path("fault").asText() : entry.path("status").asText() + " " + entry.path("url").asText()) + tries
                + (entry.path("givenUp").asBoolean() ? ", given up" : "") + wamid(entry));
    }

    private static String wamid(JsonNode entry) {
        String wamid = entry.path("message").asText("");
        return wamid.isEmpty() ? "" : "  …" + wamid.substring(Math.max(0, wamid.length() - END_OF_WAMID));
    }

    /** What a message says, if it says it in words. */
    private static String text(JsonNode message) {
        String type = message.path("type").asText("text");
        JsonNode content = message.path(type);
        String said = Json.text(content, "body") != null ? Json.text(content, "body") : Json.text(content, "caption");
        if (said == null) {
            said = type.equals("template") ? Json.text(content, "name") : Json.text(content, "emoji");
        }
        if (said == null) {
            return "";
        }
        String line = said.replaceAll("\\s+", " ");
        return " \"" + (line.codePointCount(0, line.length()) > LONGEST_TEXT
                ? line.substring(0, line.offsetByCodePoints(0, LONGEST_TEXT)) + "…" : line) + "\"";
    }
}
