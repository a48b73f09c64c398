package helpdesk.whatsapp.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Small steps through a composed YAML tree, whose nodes know their lines. */
final class Yaml {

    /** Steps that Camel also takes with nothing but an endpoint: {@code to: direct:x}. */
    private static final Set<String> ENDPOINTS = Set.of("from", "to", "toD", "wireTap", "poll");

    /** A key of a mapping with its value; {@code owner} is the key under which that mapping hangs. */
    record Entry(String owner, String key, Node keyNode, Node value) {
        int line() {
            return Yaml.line(keyNode);
        }

        String text() {
            return Yaml.text(value);
        }
    }

    private Yaml() {
    }

    static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    /** The text of a scalar; empty for anything else. */
    static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    static Optional<Node> get(Node node, String... path) {
        Node at = node;
        for (String key : path) {
            at = tuples(at).stream().filter(tuple -> text(tuple.getKeyNode()).equals(key)).map(NodeTuple::getValueNode)
                    .findFirst().orElse(null);
            if (at == null) {
                return Optional.empty();
            }
        }
        return Optional.ofNullable(at);
    }

    static String text(Node node, String... path) {
        return get(node, path).map(Yaml::text).orElse("");
    }

    static List<NodeTuple> tuples(Node node) {
        return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
    }

    static List<Node> items(Node node) {
        return node instanceof SequenceNode sequence ? sequence.getValue() : List.of();
    }

    /** Every mapping entry below the node, in the order of the document; an endpoint alone is the {@code uri} of its step. */
    static List<Entry> entries(Node node) {
        List<Entry> found = new ArrayList<>();
        collect("", node, found);
        return found;
    }

    /** The endpoint of a step of this kind, in Camel's short form or its long one; empty when it has none. */
    static String uri(String kind, Node step) {
        return isEndpoint(kind, step) ? text(step) : text(step, "uri");
    }

    private static boolean isEndpoint(String key, Node value) {
        return ENDPOINTS.contains(key) && value instanceof ScalarNode;
    }

    private static void collect(String owner, Node node, List<Entry> found) {
        items(node).forEach(item -> collect(owner, item, found));
        for (NodeTuple tuple : tuples(node)) {
            String key = text(tuple.getKeyNode());
            boolean alone = isEndpoint(key, tuple.getValueNode()) && !owner.equals("parameters");
            found.add(alone ? new Entry(key, "uri", tuple.getKeyNode(), tuple.getValueNode())
                    : new Entry(owner, key, tuple.getKeyNode(), tuple.getValueNode()));
            collect(key, tuple.getValueNode(), found);
        }
    }
}
