package helpdesk.whatsapp.routes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Canonical YAML only: the short forms load today but are on their way out, and anchors are nobody's friend in an editor. */
final class FormRules {

    private static final Set<String> SCRIPTS = Set.of("groovy", "js", "javascript", "python", "mvel", "joor", "java", "datasonnet",
            "ognl", "spel", "language");
    private static final Set<String> LANGUAGES = languages();
    private static final Set<String> EXPRESSIONS = Set.of("expression", "correlationExpression", "handled", "continued", "retryWhile",
            "completionPredicate", "completionSizeExpression", "completionTimeoutExpression");

    private FormRules() {
    }

    private static Set<String> languages() {
        Set<String> all = new TreeSet<>(SCRIPTS);
        all.addAll(Set.of("simple", "constant", "jsonpath", "header", "variable", "exchangeProperty", "method", "ref", "tokenize",
                "xpath", "csimple", "jq", "xquery", "hl7terser"));
        return all;
    }

    static List<Finding> findings(RouteFile file) {
        List<Finding> found = new ArrayList<>(anchors(file));
        Node root = file.root.orElse(null);
        for (Node item : Yaml.items(root)) {
            for (NodeTuple tuple : Yaml.tuples(item)) {
                if (Yaml.text(tuple.getKeyNode()).equals("from")) {
                    found.add(new Finding(file.name, Yaml.line(tuple.getKeyNode()),
                            "a top-level 'from': write '- route:' with id, description and from"));
                }
            }
        }
        duplicates(file, root, found);
        for (RouteFile.Step step : file.steps()) {
            if (step.value() instanceof ScalarNode) {
                found.add(new Finding(file.name, step.line(), "the short form '" + step.kind() + ": …': write its options as a mapping"));
            }
            for (NodeTuple tuple : Yaml.tuples(step.value())) {
                String key = Yaml.text(tuple.getKeyNode());
                if (LANGUAGES.contains(key) && !key.equals("ref") && !Set.of("bean", "process").contains(step.kind())) {
                    found.add(new Finding(file.name, Yaml.line(tuple.getKeyNode()), "'" + key + "' without its 'expression:' wrapper"));
                }
            }
        }
        for (Yaml.Entry entry : file.entries()) {
            if (EXPRESSIONS.contains(entry.owner()) && LANGUAGES.contains(entry.key()) && entry.value() instanceof ScalarNode) {
                found.add(new Finding(file.name, entry.line(), "the short form '" + entry.key() + ": …': write " + entry.key()
                        + ": { expression: … }"));
            }
            if (SCRIPTS.contains(entry.key()) && !entry.owner().equals("parameters") && !entry.owner().equals("headers")
                    || entry.key().equals("script")) {
                found.add(new Finding(file.name, entry.line(), "'" + entry.key() + "' is a script in a route: write simple, or a bean"));
            }
        }
        return found;
    }

    private static List<Finding> anchors(RouteFile file) {
        List<Finding> found = new ArrayList<>();
        for (Event event : new Parse(LoadSettings.builder().build()).parseString(file.text)) {
            boolean anchor = event instanceof AliasEvent || event instanceof NodeEvent node && node.getAnchor().isPresent();
            if (anchor) {
                found.add(new Finding(file.name, event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1),
                        "an anchor or alias: write it out, or make a route template from the third copy on"));
            }
        }
        return found;
    }

    private static void duplicates(RouteFile file, Node node, List<Finding> found) {
        Set<String> keys = new HashSet<>();
        Yaml.items(node).forEach(item -> duplicates(file, item, found));
        for (NodeTuple tuple : Yaml.tuples(node)) {
            if (!keys.add(Yaml.text(tuple.getKeyNode()))) {
                found.add(new Finding(file.name, Yaml.line(tuple.getKeyNode()),
                        "key '" + Yaml.text(tuple.getKeyNode()) + "' a second time in one mapping: one of them is lost"));
            }
            duplicates(file, tuple.getValueNode(), found);
        }
    }
}
