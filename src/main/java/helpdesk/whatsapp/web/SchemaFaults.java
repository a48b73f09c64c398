package helpdesk.whatsapp.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import helpdesk.whatsapp.web.Problem.FieldError;
import java.util.ArrayList;
import java.util.List;

/** Says in words what does not fit a JSON schema: the field as a dotted path, and a sentence for a person. */
final class SchemaFaults {

    /** The contract's own sentences, by keyword, beside the keyword that they are for. */
    static final String MESSAGE = "x-message";

    private SchemaFaults() {
    }

    /** @param name of what is checked when it is not a body; empty for a body */
    static FieldError explain(ValidationMessage fault, JsonNode root, String name) {
        String field = field(fault.getInstanceLocation(), name);
        String keyword = fault.getType();
        if (List.of("required", "additionalProperties", "unevaluatedProperties", "dependentRequired").contains(keyword)
                && fault.getProperty() != null) {
            field = field.isEmpty() ? fault.getProperty() : field + "." + fault.getProperty();
        }
        JsonNodePath place = fault.getSchemaLocation().getFragment();
        JsonNode wanted = at(root, place);
        String own = at(root, place.getParent()).path(MESSAGE).path(keyword).asText(null);
        return new FieldError(field.isEmpty() ? "body" : field,
                own != null ? own : sentence(keyword, wanted, fault.getInstanceNode(), fault));
    }

    private static String sentence(String keyword, JsonNode wanted, JsonNode given, ValidationMessage fault) {
        return switch (keyword) {
            case "required", "dependentRequired" -> "is required";
            case "additionalProperties", "unevaluatedProperties" -> "is unknown";
            case "type" -> "must be " + types(wanted) + ", not " + article(kind(given));
            case "enum" -> "must be one of " + String.join(", ", texts(wanted));
            case "const" -> "must be " + wanted.asText();
            case "minLength" -> wanted.asInt() == 1 ? "must not be empty" : "must have at least " + wanted + " characters";
            case "maxLength" -> "must have at most " + wanted + " characters, has " + length(given);
            case "minItems" -> wanted.asInt() == 1 ? "must not be empty" : "must have at least " + wanted + " entries";
            case "maxItems" -> "must have at most " + wanted + " entries, has " + given.size();
            case "minimum" -> "must be at least " + wanted;
            case "maximum" -> "must be at most " + wanted;
            case "pattern" -> "has not the form " + wanted.asText();
            case "minProperties" -> wanted.asInt() == 1 ? "must not be empty" : "must have at least " + wanted + " fields";
            case "format" -> "must be " + (wanted.asText().equals("email") ? "an e-mail address" : article(wanted.asText()));
            case "not", "false" -> "must not be given here";
            default -> fault.getError();
        };
    }

    private static String types(JsonNode wanted) {
        return String.join(" or ", texts(wanted.isArray() ? wanted : wanted.isMissingNode() ? wanted
                : com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.arrayNode().add(wanted))
                .stream().map(SchemaFaults::article).toList());
    }

    private static String kind(JsonNode given) {
        return switch (given.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            default -> "null";
        };
    }

    private static String article(String kind) {
        return kind.equals("null") ? kind : (kind.matches("[aeio].*") ? "an " : "a ") + kind;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(value -> texts.add(value.asText()));
        return texts;
    }

    private static int length(JsonNode text) {
        return text.asText().codePointCount(0, text.asText().length());
    }

    private static JsonNode at(JsonNode root, JsonNodePath place) {
        JsonNode node = root;
        for (int i = 0; place != null && i < place.getNameCount(); i++) {
            Object step = place.getElement(i);
            node = step instanceof Integer index && node.isArray() ? node.path(index)
                    : node.isArray() ? node.path(Integer.parseInt(step.toString())) : node.path(step.toString());
        }
        return node;
    }

    private static String field(JsonNodePath place, String name) {
        StringBuilder field = new StringBuilder(name);
        for (int i = 0; i < place.getNameCount(); i++) {
            Object step = place.getElement(i);
            if (step instanceof Integer) {
                field.append('[').append(step).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(step);
            }
        }
        return field.toString();
    }
}
