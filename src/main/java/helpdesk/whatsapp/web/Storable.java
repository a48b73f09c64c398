package helpdesk.whatsapp.web;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.web.Problem.FieldError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** What JSON allows and the database does not keep: U+0000 in a text, and numbers of absurd size. */
final class Storable {

    private static final int MOST_DIGITS = 1000;

    private Storable() {
    }

    static List<FieldError> errors(JsonNode json) {
        List<FieldError> errors = new ArrayList<>();
        look(json, "", errors);
        return errors;
    }

    private static void look(JsonNode node, String field, List<FieldError> errors) {
        if (node.isTextual() && hasNul(node.textValue())) {
            errors.add(new FieldError(field.isEmpty() ? "body" : field, "must not contain U+0000"));
        } else if (node.isNumber() && isAbsurd(node.decimalValue())) {
            errors.add(new FieldError(field.isEmpty() ? "body" : field, "is out of range"));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                look(node.get(i), field + "[" + i + "]", errors);
            }
        } else if (node.isObject()) {
            node.fields().forEachRemaining(entry -> {
                String name = (field.isEmpty() ? "" : field + ".") + entry.getKey().replace("\0", "\\u0000");
                if (hasNul(entry.getKey())) {
                    errors.add(new FieldError(name, "must not have U+0000 in its name"));
                }
                look(entry.getValue(), name, errors);
            });
        }
    }

    private static boolean hasNul(String text) {
        return text.indexOf('\0') >= 0;
    }

    private static boolean isAbsurd(BigDecimal number) {
        return number.precision() > MOST_DIGITS || Math.abs((long) number.scale()) > MOST_DIGITS;
    }
}
