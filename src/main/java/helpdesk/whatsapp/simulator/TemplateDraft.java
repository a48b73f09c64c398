package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.simulator.MessageRules.Texts;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A message template that somebody wants to have: whether its parts are there, within their limits, with samples for their variables. */
final class TemplateDraft {

    private static final Set<String> CATEGORIES = Set.of("AUTHENTICATION", "MARKETING", "UTILITY");
    private static final Set<String> HEADERS = Set.of("TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "PRODUCT");
    private static final String CODE = "*{{1}}* is your verification code.";
    private static final String SECRET = "For your security, do not share this code.";
    private static final int LINE = 60;
    private static final int BODY = 1024;
    private static final int BUTTON = 25;
    private static final int MOST_BUTTONS = 10;

    private final JsonNode wanted;
    private final String category;

    private TemplateDraft(JsonNode wanted, String category) {
        this.wanted = wanted;
        this.category = category;
    }

    /** The template as it is stored; refused in Meta's way when it cannot be one. */
    static ObjectNode of(JsonNode wanted, boolean strict) {
        for (String field : List.of("name", "language", "category")) {
            if (Texts.of(wanted, field).isBlank()) {
                throw GraphError.required(field);
            }
        }
        String category = Texts.of(wanted, "category").toUpperCase(Locale.ROOT);
        if (!wanted.path("components").isArray() || wanted.path("components").isEmpty()) {
            throw GraphError.required("components");
        }
        for (JsonNode component : wanted.path("components")) {
            if (!component.isObject()) {
                throw GraphError.wrong("(#100) Param components must be an array of objects.");
            }
        }
        if (strict) {
            new TemplateDraft(wanted, category).check();
        }
        ArrayNode components = wanted.path("components").deepCopy();
        components.forEach(component -> ((ObjectNode) component).put("type", type(component)));
        if (category.equals("AUTHENTICATION")) {
            components.forEach(component -> written((ObjectNode) component));
        }
        ObjectNode template = Json.object().put("name", Texts.of(wanted, "name")).put("language", Texts.of(wanted, "language"))
                .put("category", category).put("parameter_format", Texts.of(wanted, "parameter_format").equalsIgnoreCase("named") ? "NAMED" : "POSITIONAL");
        template.set("components", components);
        return template;
    }

    /** What a template that brings a code says is Meta's own; whoever makes it only chooses how much of it. */
    private static void written(ObjectNode component) {
        if (type(component).equals("BODY")) {
            component.put("text", CODE + (component.path("add_security_recommendation").asBoolean() ? " " + SECRET : ""));
            component.putObject("example").putArray("body_text").addArray().add("123456");
        } else if (type(component).equals("FOOTER") && component.hasNonNull("code_expiration_minutes")) {
            component.put("text", "This code expires in " + component.path("code_expiration_minutes").asText() + " minutes.");
        }
    }

    private static String type(JsonNode component) {
        return Texts.of(component, "type").toUpperCase(Locale.ROOT);
    }

    private void check() {
        if (!Texts.of(wanted, "name").matches("[a-z0-9_]{1,512}")) {
            throw GraphError.parameter("Message template name can only have lowercase letters, numbers and underscores.");
        }
        if (!Texts.of(wanted, "language").matches("[a-z]{2,3}(_[A-Z]{2,4})?")) {
            throw GraphError.wrong("(#100) Param language must be the code of a language that is supported.");
        }
        if (!CATEGORIES.contains(category)) {
            throw GraphError.wrong("(#100) Param category must be one of {AUTHENTICATION, MARKETING, UTILITY} - got \"" + category + "\".");
        }
        boolean body = false;
        for (JsonNode component : wanted.path("components")) {
            switch (type(component)) {
                case "HEADER" -> header(component);
                case "BODY" -> {
                    body = true;
                    body(component);
                }
                case "FOOTER" -> footer(component);
                case "BUTTONS" -> buttons(component.path("buttons"));
                case "CAROUSEL", "LIMITED_TIME_OFFER", "CALL_PERMISSION_REQUEST" -> { }
                default -> throw GraphError.parameter("Component type '" + Texts.of(component, "type") + "' is not known.");
            }
        }
        if (!body) {
            throw refusal(2388072, "Message Body Format Is Incorrect", "A template needs a component of type BODY.");
        }
    }

    private void header(JsonNode header) {
        String format = Texts.of(header, "format").toUpperCase(Locale.ROOT);
        if (!HEADERS.contains(format)) {
            throw refusal(2388047, "Message Header Format Is Incorrect", "The header's format must be one of TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION.");
        }
        String text = Texts.of(header, "text");
        if (format.equals("TEXT") && (text.isBlank() || TemplateRules.variables(text).size() > 1)) {
            throw refusal(2388047, "Message Header Format Is Incorrect", "A header of format TEXT needs a text with at most one variable.");
        }
        longest(text, LINE, "header");
        if (format.equals("TEXT") && !TemplateRules.variables(text).isEmpty() && header.path("example").isEmpty()) {
            throw samples("header");
        }
        if (Set.of("IMAGE", "VIDEO", "DOCUMENT").contains(format) && header.path("example").path("header_handle").isEmpty()) {
            throw samples("header");
        }
    }

    private void body(JsonNode body) {
        if (category.equals("AUTHENTICATION")) {
            return;
        }
        String text = Texts.of(body, "text");
        if (text.isBlank()) {
            throw refusal(2388072, "Message Body Format Is Incorrect", "The body needs a text.");
        }
        longest(text, BODY, "body");
        Set<String> variables = TemplateRules.variables(text);
        if (text.strip().startsWith("{{") || text.strip().endsWith("}}")) {
            throw refusal(2388299, "Leading or Trailing Params Not Allowed", "Variables can't be at the start or end of the template.");
        }
        if (variables.isEmpty()) {
            return;
        }
        JsonNode example = body.path("example");
        int samples = example.has("body_text_named_params") ? example.path("body_text_named_params").size()
                : example.path("body_text").path(0).isArray() ? example.path("body_text").path(0).size() : example.path("body_text").size();
        if (samples != variables.size()) {
            throw samples("body");
        }
    }

    private void footer(JsonNode footer) {
        String text = Texts.of(footer, "text");
        longest(text, LINE, "footer");
        boolean empty = text.isBlank() && !footer.has("code_expiration_minutes");
        if (empty || !TemplateRules.variables(text).isEmpty()) {
            throw refusal(2388073, "Message Footer Format Is Incorrect", "A footer is a text without variables.");
        }
    }

    private static void buttons(JsonNode buttons) {
        if (!buttons.isArray() || buttons.isEmpty() || buttons.size() > MOST_BUTTONS) {
            throw GraphError.parameter("A template has between 1 and " + MOST_BUTTONS + " buttons.");
        }
        for (JsonNode button : buttons) {
            if (type(button).isEmpty()) {
                throw GraphError.required("type");
            }
            longest(Texts.of(button, "text"), BUTTON, "button");
            if (type(button).equals("URL") && Texts.of(button, "url").isBlank() || type(button).equals("PHONE_NUMBER")
                    && PhoneNumbers.digits(Texts.of(button, "phone_number") + " ") == null) {
                throw GraphError.parameter("A button of type " + type(button) + " needs its " + (type(button).equals("URL") ? "url." : "phone_number."));
            }
        }
    }

    private static void longest(String text, int most, String where) {
        if (Texts.length(text) > most) {
            throw refusal(2388040, "Character Limit Exceeded", "The " + where + " has more than " + most + " characters.");
        }
    }

    private static GraphError samples(String where) {
        return refusal(2388043, "Missing Sample Parameter", "The " + where + " has variables or a file: give a sample of each in 'example'.");
    }

    private static GraphError refusal(int subcode, String title, String message) {
        return GraphError.parameter(message).subcode(subcode).toUser(title, message);
    }
}
