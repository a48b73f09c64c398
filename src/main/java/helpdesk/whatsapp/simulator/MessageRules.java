package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.util.List;
import java.util.Set;

/** Bean {@code messageRules}: what a message of each type must have, and how long each of its texts may be (Meta, one page a type). */
public final class MessageRules {

    private static final int TEXT = 4096;
    private static final int CAPTION = 1024;
    private static final int CALLBACK_DATA = 512;
    private static final int CONTACTS = 257;
    private static final Set<String> NAME_PARTS = Set.of("first_name", "last_name", "middle_name", "suffix", "prefix");

    /** What holds for every type. */
    public void common(Sending sending) {
        JsonNode message = sending.message();
        String recipientType = message.path("recipient_type").asText("individual");
        if (!recipientType.equals("individual") && !recipientType.equals("group")) {
            throw GraphError.wrong("(#100) Param recipient_type must be one of {INDIVIDUAL, GROUP} - got \"" + recipientType + "\".");
        }
        if (sending.isToGroup() && sending.getType().equals("interactive")) {
            throw GraphError.of(CloudError.UNSUPPORTED_TYPE, "Interactive messages cannot be sent to groups.");
        }
        parameter(message, "biz_opaque_callback_data", "biz_opaque_callback_data", CALLBACK_DATA);
        if (message.hasNonNull("context")) {
            if (sending.getType().equals("reaction")) {
                throw GraphError.of(CloudError.INVALID, "Param context is not allowed for messages of type reaction.");
            }
            if (message.path("context").path("message_id").asText("").isEmpty()) {
                throw GraphError.required("context['message_id']");
            }
        }
    }

    public void text(Sending sending) {
        JsonNode text = sending.content();
        if (Texts.of(text, "body").isEmpty()) {
            throw GraphError.required("text['body']");
        }
        parameter(text, "body", "text['body']", TEXT);
    }

    public void media(Sending sending) {
        JsonNode file = sending.content();
        String type = sending.getType();
        file(file, type);
        if (file.hasNonNull("caption") && Set.of("audio", "sticker").contains(type)) {
            throw GraphError.wrong("(#100) Unexpected key \"caption\" on param \"" + type + "\".");
        }
        parameter(file, "caption", type + "['caption']", CAPTION);
    }

    public void location(Sending sending) {
        coordinate(sending.content(), "latitude", 90);
        coordinate(sending.content(), "longitude", 180);
    }

    public void contacts(Sending sending) {
        if (sending.content().size() > CONTACTS) {
            throw GraphError.of(CloudError.INVALID, "At most " + CONTACTS + " contacts are allowed in one message.");
        }
        for (JsonNode contact : sending.content()) {
            JsonNode name = contact.path("name");
            Texts.required(name, "formatted_name", "contacts['name']['formatted_name']");
            if (NAME_PARTS.stream().noneMatch(name::hasNonNull)) {
                throw GraphError.of(CloudError.REQUIRED, "contacts['name'] needs at least one of first_name, last_name, middle_name, suffix, prefix"
                        + " beside formatted_name.");
            }
            String birthday = Texts.of(contact, "birthday");
            if (!birthday.isEmpty() && !birthday.matches("\\d{4}-\\d{2}-\\d{2}")) {
                throw GraphError.of(CloudError.INVALID, "contacts['birthday'] must be of the form YYYY-MM-DD.");
            }
        }
    }

    public void reaction(Sending sending) {
        Texts.required(sending.content(), "message_id", "reaction['message_id']");
        if (!sending.content().path("emoji").isTextual()) {
            throw GraphError.of(CloudError.REQUIRED, "reaction['emoji'] is required; an empty text removes a reaction.");
        }
        String emoji = sending.content().path("emoji").asText();
        if (emoji.chars().anyMatch(c -> c < 128 && !Character.isDigit(c) && c != '#' && c != '*') || emoji.matches("[0-9#*]+")
                || emoji.length() > 30) {
            throw GraphError.of(CloudError.INVALID, "reaction['emoji'] must be one emoji.");
        }
    }

    /** The frame of a template; whether there is such a one, and its parameters fit, is decided by {@link TemplateRules}. */
    public void template(Sending sending) {
        Texts.required(sending.content(), "name", "template['name']");
        if (sending.getLanguage().isEmpty()) {
            throw GraphError.of(CloudError.REQUIRED, "template['language']['code'] is required.");
        }
        JsonNode components = sending.content().path("components");
        if (!components.isMissingNode() && !components.isNull() && !components.isArray()) {
            throw GraphError.wrong("(#100) Param template['components'] must be an array.");
        }
    }

    /** A type that has no rules here. */
    public void unknown(Sending sending, String types) {
        throw GraphError.parameter("Param type must be one of {" + types.toUpperCase() + "} - got \"" + sending.getType() + "\".");
    }

    static void file(JsonNode file, String name) {
        boolean id = !Texts.of(file, "id").isEmpty();
        String link = Texts.of(file, "link");
        if (id == !link.isEmpty()) {
            throw GraphError.parameter(id ? "Param " + name + " must have either id or link, not both."
                    : "Param " + name + " must have one of id, link.");
        }
        if (!id && !link.matches("(?i)https?://[^\\s<>]+")) {
            throw GraphError.wrong("(#100) Param " + name + "['link'] is not a valid URI.");
        }
    }

    private static void coordinate(JsonNode location, String name, int most) {
        String text = Texts.of(location, name);
        if (text.isEmpty()) {
            throw GraphError.required("location['" + name + "']");
        }
        if (!text.matches("[+-]?\\d{1,3}(\\.\\d{1,30})?") || Math.abs(Double.parseDouble(text)) > most) {
            throw GraphError.of(CloudError.INVALID, "location['" + name + "'] must be a number between -" + most + " and " + most + ".");
        }
    }

    /** What Meta refuses as a parameter of the call itself, by code 100. */
    private static void parameter(JsonNode node, String field, String name, int most) {
        if (Texts.length(Texts.of(node, field)) > most) {
            throw GraphError.parameter("Param " + name + " must be at most " + most + " characters long.");
        }
    }

    /** Texts in a message, and their lengths in characters as people count them. */
    static final class Texts {

        private Texts() {
        }

        static String of(JsonNode node, String field) {
            String text = Json.text(node, field);
            return text == null ? "" : text;
        }

        static int length(String text) {
            return text.codePointCount(0, text.length());
        }

        static void required(JsonNode node, String field, String name) {
            if (of(node, field).isBlank()) {
                throw GraphError.of(CloudError.REQUIRED, name + " is required.");
            }
        }

        /** Required, and not longer than that. */
        static void within(JsonNode node, String field, String name, int most) {
            required(node, field, name);
            atMost(node, field, name, most);
        }

        static void atMost(JsonNode node, String field, String name, int most) {
            if (length(of(node, field)) > most) {
                throw GraphError.of(CloudError.INVALID, name + " length invalid. Min length: 1, Max length: " + most);
            }
        }

        static void unique(List<String> texts, String name) {
            if (Set.copyOf(texts).size() < texts.size()) {
                throw GraphError.of(CloudError.INVALID, "Duplicated " + name + ".");
            }
        }
    }
}
