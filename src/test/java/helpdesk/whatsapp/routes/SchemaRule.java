package helpdesk.whatsapp.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Camel's own schema of the YAML DSL. Camel at start-up names a wrong key but no line; this names both. */
final class SchemaRule {

    /** What says most first: a key that nobody knows, a key that is missing; the choice between many forms says least. */
    private static final List<String> TELLING = List.of("additionalProperties", "required", "enum", "type", "maxProperties");

    private static JsonSchema schema;

    private SchemaRule() {
    }

    static List<Finding> findings(RouteFile file) {
        if (file.root.isEmpty()) {
            return List.of();
        }
        Node root = file.root.get();
        Map<String, ValidationMessage> best = new LinkedHashMap<>();
        for (ValidationMessage message : schema().validate(json(root))) {
            if (TELLING.contains(message.getType())) {
                best.merge(message.getInstanceLocation().toString(), message,
                        (a, b) -> rank(a) <= rank(b) ? a : b);
            }
        }
        List<Finding> findings = new ArrayList<>();
        for (ValidationMessage message : deepest(best.values())) {
            findings.add(new Finding(file.name, line(root, message), "is not what Camel's YAML schema knows: " + words(message)));
        }
        return findings;
    }

    private static int rank(ValidationMessage message) {
        return TELLING.indexOf(message.getType());
    }

    /** A fault deep in the tree makes every form around it fail too: only the deepest are worth reading. */
    private static List<ValidationMessage> deepest(Collection<ValidationMessage> messages) {
        List<ValidationMessage> kept = new ArrayList<>();
        List<ValidationMessage> byDepth = messages.stream()
                .sorted(Comparator.comparingInt((ValidationMessage message) -> rank(message) == 0 ? 0 : 1)
                        .thenComparing(message -> -message.getInstanceLocation().getNameCount()))
                .toList();
        for (ValidationMessage message : byDepth) {
            String path = message.getInstanceLocation().toString();
            boolean around = kept.stream().map(other -> other.getInstanceLocation().toString())
                    .anyMatch(other -> within(other, path) || within(path, other));
            if (!around) {
                kept.add(message);
            }
        }
        return kept;
    }

    private static boolean within(String path, String outer) {
        return path.equals(outer) || path.startsWith(outer + ".") || path.startsWith(outer + "[");
    }

    private static String words(ValidationMessage message) {
        String key = message.getProperty();
        return switch (message.getType()) {
            case "additionalProperties" -> "'" + key + "' is unknown here";
            case "required" -> "'" + key + "' is missing here";
            default -> message.getMessage().replaceFirst("^[^:]*: ", "");
        };
    }

    private static int line(Node root, ValidationMessage message) {
        Node at = root;
        int line = Yaml.line(root);
        JsonNodePath path = message.getInstanceLocation();
        for (int i = 0; i < path.getNameCount(); i++) {
            Object element = path.getElement(i);
            if (element instanceof Integer index) {
                at = Yaml.items(at).get(index);
                line = Yaml.line(at);
            } else {
                NodeTuple tuple = tuple(at, element.toString());
                at = tuple.getValueNode();
                line = Yaml.line(tuple.getKeyNode());
            }
        }
        if ("additionalProperties".equals(message.getType())) {
            return Yaml.line(tuple(at, message.getProperty()).getKeyNode());
        }
        return line;
    }

    private static NodeTuple tuple(Node node, String key) {
        return Yaml.tuples(node).stream().filter(tuple -> Yaml.text(tuple.getKeyNode()).equals(key)).findFirst().orElseThrow();
    }

    private static JsonNode json(Node node) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (node instanceof SequenceNode) {
            ArrayNode array = nodes.arrayNode();
            Yaml.items(node).forEach(item -> array.add(json(item)));
            return array;
        }
        if (node instanceof ScalarNode scalar) {
            String value = scalar.getValue();
            if (Tag.INT.equals(scalar.getTag())) {
                return nodes.numberNode(new java.math.BigInteger(value));
            }
            if (Tag.FLOAT.equals(scalar.getTag())) {
                return nodes.numberNode(Double.parseDouble(value));
            }
            if (Tag.BOOL.equals(scalar.getTag())) {
                return nodes.booleanNode(Boolean.parseBoolean(value));
            }
            return Tag.NULL.equals(scalar.getTag()) ? nodes.nullNode() : nodes.textNode(value);
        }
        ObjectNode object = nodes.objectNode();
        Yaml.tuples(node).forEach(tuple -> object.set(Yaml.text(tuple.getKeyNode()), json(tuple.getValueNode())));
        return object;
    }

    /** Loading takes seconds: once for all files and tests. */
    private static synchronized JsonSchema schema() {
        if (schema == null) {
            try (InputStream in = SchemaRule.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
                schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(new ObjectMapper().readTree(in));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return schema;
    }
}
