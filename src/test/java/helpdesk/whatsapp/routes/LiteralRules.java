package helpdesk.whatsapp.routes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** What differs by environment, and what is secret, is a property and never stands in a route. */
final class LiteralRules {

    private static final Map<Pattern, String> ANYWHERE = new LinkedHashMap<>();
    private static final Pattern PORT = Pattern.compile("[a-z0-9\\]]:\\d{2,5}(?![.\\d])");
    private static final Pattern COMPONENT = Pattern.compile("\\b(pglog|kafka):");
    private static final Pattern SECRET = Pattern.compile("(?i).*(password|secret|token|apikey|api-key)");

    static {
        ANYWHERE.put(Pattern.compile("https?://(?!\\{\\{|\\$\\{)[^\\s\"']+"), "a host");
        ANYWHERE.put(Pattern.compile("\\b(localhost|\\d{1,3}(\\.\\d{1,3}){3})\\b"), "a host");
        ANYWHERE.put(Pattern.compile("\\d{8,}|\\+\\d[\\d -]{6,}\\d"), "a number like a phone's or an account's");
        ANYWHERE.put(Pattern.compile("\\bEAA[A-Za-z0-9]{8,}|\\bBearer [A-Za-z0-9._-]{6,}"), "a token");
        ANYWHERE.put(Pattern.compile("\\b(?=[A-Za-z0-9]*\\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{32,}\\b"), "a token");
    }

    private LiteralRules() {
    }

    static List<Finding> findings(RouteFile file) {
        List<Finding> found = new ArrayList<>();
        List<String> lines = file.lines();
        for (int i = 0; i < lines.size(); i++) {
            for (Map.Entry<Pattern, String> rule : ANYWHERE.entrySet()) {
                Matcher matcher = rule.getKey().matcher(lines.get(i));
                if (matcher.find()) {
                    found.add(new Finding(file.name, i + 1, rule.getValue() + " in a route ('" + shown(matcher.group())
                            + "'): make it a property, {{whatsapp.…}}"));
                    break;
                }
            }
        }
        for (Yaml.Entry entry : file.entries()) {
            String text = entry.text().replaceAll("\\{\\{[^}]*}}", "x");
            Matcher component = COMPONENT.matcher(text);
            if (!entry.key().equals("description") && component.find()) {
                found.add(new Finding(file.name, entry.line(), "'" + component.group() + "' in a route: only the property file names the log;"
                        + " write {{whatsapp.ingest.uri}} or its like"));
            }
            if (entry.key().equals("uri") && PORT.matcher(text).find()) {
                found.add(new Finding(file.name, entry.line(), "a port in a route: make it a property, {{whatsapp.…}}"));
            }
            if (SECRET.matcher(entry.key()).matches() && !entry.owner().equals("tokenize")
                    && entry.value() instanceof ScalarNode && !entry.text().contains("{{") && !entry.text().contains("${")) {
                found.add(new Finding(file.name, entry.line(), "'" + entry.key() + "' with a literal value: secrets come from the environment, {{…}}"));
            }
        }
        return found;
    }

    private static String shown(String literal) {
        return literal.length() > 24 ? literal.substring(0, 12) + "…" : literal;
    }
}
