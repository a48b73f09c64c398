package helpdesk.whatsapp.routes;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Processor;
import org.apache.camel.spi.Registry;
import org.snakeyaml.engine.v2.nodes.Node;

/** The beans that a route names are bound, and have the methods, by name and number of arguments, that it calls. */
final class BeanRule {

    private static final Pattern IN_SIMPLE = Pattern.compile("\\$\\{bean:([\\w-]+)(?:\\?method=([\\w]+)|\\.([\\w]+))?");
    private static final Set<String> STEPS = Set.of("bean", "process", "transacted", "policy");

    private final Registry registry;
    private final RouteFile file;
    private final List<Finding> found = new ArrayList<>();

    private BeanRule(Registry registry, RouteFile file) {
        this.registry = registry;
        this.file = file;
    }

    static List<Finding> findings(RouteFile file, Registry registry) {
        BeanRule rule = new BeanRule(registry, file);
        for (RouteFile.Step step : file.steps()) {
            if (STEPS.contains(step.kind())) {
                Yaml.get(step.value(), "ref").ifPresent(ref -> rule.step(step, ref));
            }
        }
        for (Yaml.Entry entry : file.entries()) {
            if (entry.key().equals("aggregationStrategy")) {
                rule.bean(entry.text(), entry.line());
            }
            Matcher matcher = IN_SIMPLE.matcher(entry.text());
            while (matcher.find()) {
                Object bean = rule.bean(matcher.group(1), entry.line());
                String method = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
                if (bean != null && method != null) {
                    rule.method(matcher.group(1), bean, method, entry.line());
                }
            }
        }
        return rule.found;
    }

    private void step(RouteFile.Step step, Node ref) {
        String name = Yaml.text(ref);
        Object bean = bean(name, Yaml.line(ref));
        if (bean == null) {
            return;
        }
        if (step.kind().equals("process") && !(bean instanceof Processor)) {
            found.add(new Finding(file.name, Yaml.line(ref), "bean '" + name + "' is no processor: write 'bean:' with its method"));
        }
        Yaml.get(step.value(), "method").ifPresent(call -> method(name, bean, Yaml.text(call), Yaml.line(call)));
    }

    /** Null when there is none, which is a finding, or when the name is decided elsewhere. */
    private Object bean(String ref, int line) {
        String name = ref.replaceFirst("^#(bean:)?", "");
        if (name.isEmpty() || name.contains("{{") || name.startsWith("class:")) {
            return null;
        }
        Object bean = registry.lookupByName(name);
        if (bean == null) {
            found.add(new Finding(file.name, line, "there is no bean '" + name + "'"));
        }
        return bean;
    }

    private void method(String name, Object bean, String call, int line) {
        String method = call.replaceFirst("(?s)\\(.*", "").strip();
        List<Method> all = Arrays.stream(bean.getClass().getMethods())
                .filter(m -> m.getDeclaringClass() != Object.class && !m.isBridge()).toList();
        List<Method> named = all.stream().filter(m -> m.getName().equals(method)).toList();
        if (named.isEmpty()) {
            found.add(new Finding(file.name, line, "bean '" + name + "' has no method '" + method + "'; it has "
                    + all.stream().map(Method::getName).collect(Collectors.toCollection(TreeSet::new))));
        } else if (call.contains("(")) {
            List<String> given = arguments(call.substring(call.indexOf('(') + 1, Math.max(call.lastIndexOf(')'), call.indexOf('(') + 1)));
            if (given.stream().anyMatch(BeanRule::isLoose)) {
                found.add(new Finding(file.name, line, "a quote in the arguments of '" + method
                        + "' ends too early, or not at all: a text with an apostrophe stands in double quotes"));
            } else if (named.stream().noneMatch(m -> m.isVarArgs() || m.getParameterCount() == given.size())) {
                found.add(new Finding(file.name, line, "method '" + method + "' of bean '" + name + "' takes "
                        + named.get(0).getParameterCount() + " arguments, not " + given.size()));
            }
        }
    }

    /** Commas outside quotes, braces and parentheses divide. */
    private static List<String> arguments(String text) {
        List<String> arguments = new ArrayList<>();
        int begin = 0;
        int depth = 0;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '{' || c == '(') {
                depth++;
            } else if (c == '}' || c == ')') {
                depth--;
            } else if (c == ',' && depth == 0) {
                arguments.add(text.substring(begin, i).strip());
                begin = i + 1;
            }
        }
        if (!text.isBlank()) {
            arguments.add(text.substring(begin).strip());
        }
        return arguments;
    }

    /** Camel takes such an argument apart at run time, and for the message that is on its way it is too late then. */
    private static boolean isLoose(String argument) {
        return argument.matches("(?s)['\"].*") && argument.indexOf(argument.charAt(0), 1) != argument.length() - 1;
    }
}
