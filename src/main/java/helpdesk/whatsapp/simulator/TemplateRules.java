package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.simulator.MessageRules.Texts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a template may be sent, and whether the parameters that are given are those that it has. */
final class TemplateRules {

    private static final Pattern VARIABLE = Pattern.compile("\\{\\{\\s*([\\w]+)\\s*}}");
    private static final int LONGEST = 1024;

    private final Sending sending;
    private final JsonNode template;

    private TemplateRules(Sending sending, JsonNode template) {
        this.sending = sending;
        this.template = template;
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
        new TemplateRules(sending, template).parameters();
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
        for (JsonNode component : template.path("components")) {
            switch (component.path("type").asText("").toUpperCase(Locale.ROOT)) {
                case "HEADER" -> header(component);
                case "BODY" -> texts("body", component.path("text").asText(""), given("body"));
                case "BUTTONS" -> buttons(component.path("buttons"));
                default -> { }
            }
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
            String name = Texts.of(parameter, "parameter_name");
            if (isNamed() && !variables.contains(name)) {
                throw GraphError.of(CloudError.TEMPLATE_FORMAT, where + ": Parameter name '" + name + "' is none of "
                        + String.join(", ", variables));
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
        for (JsonNode component : sending.content().path("components")) {
            if (isOf(component, "button") && component.path("index").asInt(0) >= buttons.size()) {
                throw count("buttons", component.path("index").asInt() + 1, buttons.size());
            }
        }
    }

    private List<JsonNode> button(int index) {
        List<JsonNode> parameters = new ArrayList<>();
        for (JsonNode component : sending.content().path("components")) {
            if (isOf(component, "button") && component.path("index").asInt(0) == index) {
                component.path("parameters").forEach(parameters::add);
            }
        }
        return parameters;
    }

    private List<JsonNode> given(String type) {
        List<JsonNode> parameters = new ArrayList<>();
        for (JsonNode component : sending.content().path("components")) {
            if (isOf(component, type)) {
                component.path("parameters").forEach(parameters::add);
            }
        }
        return parameters;
    }

    private static boolean isOf(JsonNode component, String type) {
        return component.path("type").asText("").equalsIgnoreCase(type);
    }

    private boolean isNamed() {
        return template.path("format").asText("").equals("NAMED");
    }

    private static GraphError count(String where, int given, int expected) {
        return GraphError.of(CloudError.TEMPLATE_PARAMETERS, where + ": number of localizable_params (" + given
                + ") does not match the expected number of params (" + expected + ")");
    }
}
