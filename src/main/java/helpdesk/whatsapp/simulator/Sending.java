package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.util.ArrayList;
import java.util.List;

/** A message that is asked to be sent: what, and to whom. */
public final class Sending {

    private final JsonNode message;
    private final String type;
    private final Recipient recipient;

    /** Where a message goes: a phone number's digits, else a business-scoped user id or a group. */
    record Recipient(String input, String waId, String userId) {

        String name() {
            return waId == null ? userId : waId;
        }
    }

    Sending(JsonNode message, String type, Recipient recipient) {
        this.message = message;
        this.type = type;
        this.recipient = recipient;
    }

    JsonNode message() {
        return message;
    }

    Recipient recipient() {
        return recipient;
    }

    /** Digits or user id. */
    public String getCustomer() {
        return recipient.name();
    }

    public String getType() {
        return type;
    }

    /** What the message says: the object of its type. */
    JsonNode content() {
        return message.path(type);
    }

    /** Of an interactive message. */
    public String getInteractiveType() {
        return content().path("type").asText("");
    }

    public String getTemplate() {
        return type.equals("template") ? content().path("name").asText("") : "";
    }

    public String getLanguage() {
        JsonNode language = content().path("language");
        return type.equals("template") ? language.isTextual() ? language.asText() : language.path("code").asText("") : "";
    }

    /** Ids of the files that it names, separated by commas. */
    public String getMedia() {
        List<String> ids = new ArrayList<>();
        if (MediaLimits.CLASSES.contains(type) && content().hasNonNull("id")) {
            ids.add(content().path("id").asText());
        }
        JsonNode header = content().path("header");
        if (type.equals("interactive") && header.path(header.path("type").asText("")).hasNonNull("id")) {
            ids.add(header.path(header.path("type").asText()).path("id").asText());
        }
        for (JsonNode component : type.equals("template") ? content().path("components") : Json.object()) {
            for (JsonNode parameter : component.path("parameters")) {
                JsonNode file = parameter.path(parameter.path("type").asText(""));
                if (file.hasNonNull("id")) {
                    ids.add(file.path("id").asText());
                }
            }
        }
        ids.removeIf(id -> id.contains(","));
        return String.join(",", ids);
    }
}
