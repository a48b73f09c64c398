package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.simulator.MessageRules.Texts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a template may be sent, and whether the parameters that are given are those that it has. A card of a carousel is like a template of its own. */
final class TemplateRules {

    private static final Pattern VARIABLE = Pattern.compile("\\{\\{\\s*([\\w]+)\\s*}}");
    /** What Meta refuses in a text that is put in the place of a variable. */
    private static final Pattern BROKEN_UP = Pattern.compile("[\\n\\r\\t]| {5}");
    private static final int LONGEST = 1024;
    private static final Set<String> COMPONENTS = Set.of("header", "body", "footer", "button", "carousel", "limited_time_offer", "order_status");
    /** What a message calls the buttons that a template calls otherwise. */
    private static final Map<String, Set<String>> SUB_TYPES = Map.of("url", Set.of("URL", "OTP"), "copy_code", Set.of("COPY_CODE", "OTP"),
            "voice_call", Set.of("PHONE_NUMBER", "VOICE_CALL"));

    private final JsonNode template;
    private final JsonNode given;
    private final boolean named;

    private TemplateRules(JsonNode template, JsonNode given, boolean named) {
        this.template = template;
        this.given = given;
        this.named = named;
    }

    /** @param template as it is stored; null when there is none of this name and language */
    static void check(Sending sending, JsonNode template) {
        String status = template.path("status").asText("");
        if (status.equals("PAUSED")) {
            throw GraphError.of(CloudError.TEMPLATE_PAUSED, "Template is paused due to low quality so it cannot be sent in a template message.");
        }
        if (status.equals("DISABLED")) {
            throw GraphError.of(CloudError.TEMPLATE_DISABLED, "Template has been paused too many times due to low quality and is now permanently disabled.");
        }
        if (!status.equals("APPROVED")) {
            throw GraphError.of(CloudError.TEMPLATE_MISSING, "template name (" + sending.getTemplate() + ") does not exist in " + sending.getLanguage());
        }
        new TemplateRules(template.path("components"), sending.content().path("components"), template.path("format").asText("").equals("NAMED")).parameters();
    }

    /** The variables of a text: {@code {{1}}} or {@code {{name}}}, each once. */
    static Set<String> variables(String text) {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = VARIABLE.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private void parameters() {
        for (JsonNode component : given) {
            if (!COMPONENTS.contains(component.path("type").asText("").toLowerCase(Locale.ROOT))) {
                throw GraphError.parameter("Param template['components']['type'] must be one of {" + String.join(", ", new TreeSet<>(COMPONENTS))
                        + "} - got \"" + component.path("type").asText("") + "\".");
            }
        }
        for (JsonNode component : template) {
            switch (component.path("type").asText("").toUpperCase(Locale.ROOT)) {
                case "HEADER" -> header(component);
                case "BODY" -> texts("body", component.path("text").asText(""), given("body"));
                case "BUTTONS" -> buttons(component.path("buttons"));
                case "CAROUSEL" -> cards(component.path("cards"));
                default -> { }
            }
        }
    }

    private void cards(JsonNode cards) {
        List<JsonNode> sent = new ArrayList<>();
        given.forEach(component -> component.path("cards").forEach(sent::add));
        if (sent.size() != cards.size()) {
            throw count("carousel", sent.size(), cards.size());
        }
        for (int index = 0; index < cards.size(); index++) {
            int wanted = index;
            JsonNode card = sent.stream().filter(one -> one.path("card_index").asInt(-1) == wanted).findFirst()
                    .orElseThrow(() -> GraphError.of(CloudError.REQUIRED, "carousel: there is no card of card_index " + wanted));
            new TemplateRules(cards.path(index).path("components"), card.path("components"), named).parameters();
        }
    }

    private void header(JsonNode component) {
        String format = component.path("format").asText("TEXT").toUpperCase(Locale.ROOT);
        List<JsonNode> given = given("header");
        if (format.equals("TEXT")) {
            texts("header", component.path("text").asText(""), given);
            return;
        }
        if (given.size() != 1) {
            throw count("header", given.size(), 1);
        }
        String type = given.get(0).path("type").asText("");
        if (!type.equalsIgnoreCase(format)) {
            throw GraphError.of(CloudError.TEMPLATE_FORMAT, "header: Format mismatch, expected " + format + ", received " + type.toUpperCase(Locale.ROOT));
        }
        if (MediaLimits.CLASSES.contains(type)) {
            MessageRules.file(given.get(0).path(type), "template['header']['" + type + "']");
        }
    }

    private void texts(String where, String text, List<JsonNode> given) {
        Set<String> variables = variables(text);
        if (given.size() != variables.size()) {
            throw count(where, given.size(), variables.size());
        }
        String filled = text;
        Set<String> names = new HashSet<>();
        for (JsonNode parameter : given) {
            String type = parameter.path("type").asText("");
            String value = switch (type) {
                case "text" -> Texts.of(parameter, "text");
                case "currency", "date_time" -> Texts.of(parameter.path(type), "fallback_value");
                default -> throw GraphError.of(CloudError.TEMPLATE_FORMAT, where + ": Format mismatch, expected TEXT, received "
                        + type.toUpperCase(Locale.ROOT));
            };
            if (value.isEmpty()) {
                throw GraphError.of(CloudError.REQUIRED, where + ": a parameter of type " + type + " has no value.");
            }
            if (BROKEN_UP.matcher(value).find()) {
                throw GraphError.of(CloudError.TEMPLATE_TEXT, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces");
            }
            String name = Texts.of(parameter, "parameter_name");
            if (named && (!variables.contains(name) || !names.add(name))) {
                throw GraphError.of(CloudError.TEMPLATE_FORMAT, where + ": Parameter name '" + name + "' must be one of "
                        + String.join(", ", variables) + ", each once");
            }
            filled += value;
        }
        if (Texts.length(filled) > LONGEST) {
            throw GraphError.of(CloudError.TEMPLATE_TOO_LONG, where + ": the text with its parameters is longer than " + LONGEST + " characters.");
        }
    }

    private void buttons(JsonNode buttons) {
        for (int index = 0; index < buttons.size(); index++) {
            JsonNode button = buttons.path(index);
            String type = button.path("type").asText("").toUpperCase(Locale.ROOT);
            int wanted = type.equals("URL") ? variables(button.path("url").asText("")).size() : type.equals("COPY_CODE") || type.equals("OTP") ? 1 : 0;
            List<JsonNode> given = button(index);
            if (wanted > 0 && given.size() < wanted) {
                throw GraphError.of(CloudError.REQUIRED, "buttons: Button at index " + index + " of type " + type + " requires a parameter");
            }
            if (type.equals("URL") && given.size() > wanted) {
                throw count("buttons", given.size(), wanted);
            }
        }
        for (JsonNode component : given) {
            if (isOf(component, "button")) {
                subType(component, buttons);
            }
        }
    }

    private static void subType(JsonNode component, JsonNode buttons) {
        int index = component.path("index").asInt(0);
        if (index >= buttons.size()) {
            throw count("buttons", index + 1, buttons.size());
        }
        String type = component.path("sub_type").asText("");
        String button = buttons.path(index).path("type").asText("").toUpperCase(Locale.ROOT);
        if (!SUB_TYPES.getOrDefault(type.toLowerCase(Locale.ROOT), Set.of(type.toUpperCase(Locale.ROOT))).contains(button)) {
            throw GraphError.of(CloudError.TEMPLATE_FORMAT, "buttons: Button at index " + index + " is of type " + button + ", not " + type);
        }
    }

    private List<JsonNode> button(int index) {
        return parameters(component -> isOf(component, "button") && component.path("index").asInt(0) == index);
    }

    private List<JsonNode> given(String type) {
        return parameters(component -> isOf(component, type));
    }

    private List<JsonNode> parameters(Predicate<JsonNode> wanted) {
        List<JsonNode> parameters = new ArrayList<>();
        for (JsonNode component : given) {
            if (wanted.test(component)) {
                component.path("parameters").forEach(parameters::add);
            }
        }
        return parameters;
    }

    private static boolean isOf(JsonNode component, String type) {
        return component.path("type").asText("").equalsIgnoreCase(type);
    }

    private static GraphError count(String where, int given, int expected) {
        return GraphError.of(CloudError.TEMPLATE_PARAMETERS, where + ": number of localizable_params (" + given
                + ") does not match the expected number of params (" + expected + ")");
    }
}
