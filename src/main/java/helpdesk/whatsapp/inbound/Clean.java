package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;

/** Replaces what PostgreSQL's JSON cannot hold (U+0000, halves of surrogate pairs) by U+FFFD; the raw bytes keep it. */
final class Clean {

    private Clean() {
    }

    static JsonNode json(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode clean = object.objectNode();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                clean.set(text(field.getKey()), json(field.getValue()));
            }
            return clean;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode clean = array.arrayNode(array.size());
            array.forEach(element -> clean.add(json(element)));
            return clean;
        }
        return node.isTextual() ? TextNode.valueOf(text(node.textValue())) : node;
    }

    static String text(String text) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                clean = clean == null ? new StringBuilder(text) : clean;
                clean.setCharAt(i, '\uFFFD');
            }
        }
        return clean == null ? text : clean.toString();
    }
}
