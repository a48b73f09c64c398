package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameter {@code fields}: {@code a,b{c,d}} of an object, else those that Meta shows unasked. The id is always there. */
final class GraphFields {

    private GraphFields() {
    }

    /** @param known what the object has; a field that Meta has but this object not is null there, and left out */
    static ObjectNode of(ObjectNode known, String fields, Collection<String> byDefault, String type) {
        ObjectNode shown = Json.object();
        Map<String, String> wanted = new LinkedHashMap<>();
        if (fields.isBlank()) {
            byDefault.forEach(field -> wanted.put(field, ""));
        } else {
            split(fields).forEach(field -> wanted.put(name(field), inner(field)));
        }
        wanted.forEach((field, inner) -> {
            if (!known.has(field)) {
                throw GraphError.wrong("(#100) Tried accessing nonexisting field (" + field + ") on node type (" + type + ")");
            }
            JsonNode value = known.get(field);
            if (!value.isNull()) {
                shown.set(field, inner.isEmpty() ? value : nested(value, inner, type));
            }
        });
        if (known.hasNonNull("id")) {
            shown.set("id", known.get("id"));
        }
        return shown;
    }

    private static JsonNode nested(JsonNode value, String fields, String type) {
        if (value.isArray()) {
            ArrayNode all = Json.MAPPER.createArrayNode();
            value.forEach(item -> all.add(nested(item, fields, type)));
            return all;
        }
        if (value.path("data").isArray()) {
            ObjectNode edge = value.deepCopy();
            edge.set("data", nested(value.path("data"), fields, type));
            return edge;
        }
        return value.isObject() ? of((ObjectNode) value, fields, List.of(), type) : value;
    }

    private static List<String> split(String fields) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= fields.length(); i++) {
            char c = i == fields.length() ? ',' : fields.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c == ',' && (depth == 0 || i == fields.length())) {
                if (!fields.substring(from, i).isBlank()) {
                    parts.add(fields.substring(from, i).strip());
                }
                from = i + 1;
            }
        }
        return parts;
    }

    // Modifiers, as in phone_numbers.limit(5), are left to the object itself.
    private static String name(String field) {
        return field.replaceFirst("[.{(].*", "").strip();
    }

    private static String inner(String field) {
        int open = field.indexOf('{');
        return open < 0 ? "" : field.substring(open + 1, Math.max(open + 1, field.endsWith("}") ? field.length() - 1 : field.length()));
    }
}
