package helpdesk.whatsapp.routes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;
import org.apache.camel.model.RoutesDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * What would go wrong with a route file among the beans, properties and other routes of a context. Camel takes the old route away
 * before it makes the new one, so all of this is asked before; the last question is to make the routes, without starting them.
 * Camel's parser answers for its schema, which would take seconds and 250 MB to load.
 */
final class LiveCheck {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]+}}");

    private final CamelContext context;

    LiveCheck(CamelContext context) {
        this.context = context;
    }

    /** Nothing that is there already is changed. */
    List<Finding> findings(RouteFile file, RouteFile before, Collection<RouteFile> others) {
        List<Finding> found = new ArrayList<>(words(file, others));
        found.addAll(left(file, before, others));
        if (found.isEmpty()) {
            found.addAll(made(file));
        }
        return sorted(found);
    }

    /** Without a running context: what the texts say. */
    List<Finding> words(RouteFile file, Collection<RouteFile> others) {
        if (file.fault.isPresent()) {
            return List.of(file.fault.get());
        }
        List<Finding> found = new ArrayList<>(parsed(file));
        if (found.isEmpty() && file.routes().isEmpty() && file.items("routeConfiguration").isEmpty()) {
            found.add(new Finding(file.name, 1, "there is no route in it; delete the file to take its routes away"));
        }
        found.addAll(taken(file, others));
        found.addAll(called(file, others));
        found.addAll(resolved(file));
        found.addAll(BeanRule.findings(file, context.getRegistry()));
        return sorted(found);
    }

    static List<Finding> sorted(Collection<Finding> found) {
        return found.stream().distinct().sorted(Comparator.comparing(Finding::file).thenComparing(Finding::line)).toList();
    }

    static Resource resource(RouteFile file) {
        return ResourceHelper.fromString("file:" + file.name, file.text);
    }

    private RoutesDefinition routes(RouteFile file) throws Exception {
        RouteBuilder builder = (RouteBuilder) PluginHelper.getRoutesLoader(context).findRoutesBuilders(resource(file))
                .iterator().next();
        return builder.configureRoutes(context);
    }

    private List<Finding> parsed(RouteFile file) {
        try {
            if (file.root.isPresent()) {
                routes(file);
            }
            return List.of();
        } catch (Exception e) {
            return List.of(Culprit.of(file, e));
        }
    }

    private List<Finding> made(RouteFile file) {
        RoutesDefinition routes = null;
        try {
            routes = routes(file);
            Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
            for (RouteDefinition route : routes.getRoutes()) {
                routes.prepareRoute(route);
                RouteDefinitionHelper.forceAssignIds(context, route);
                model.getModelReifierFactory().createRoute(context, route);
            }
            return List.of();
        } catch (Exception e) {
            return List.of(Culprit.of(file, e, routes == null ? List.of() : routes.getRoutes()));
        }
    }

    private List<Finding> taken(RouteFile file, Collection<RouteFile> others) {
        List<Finding> found = new ArrayList<>();
        Set<String> files = new HashSet<>(Names.routeIds(file));
        others.forEach(other -> files.addAll(Names.routeIds(other)));
        Names.taken(file).forEach((name, lines) -> {
            lines.stream().skip(1).forEach(line -> found.add(new Finding(file.name, line, name + " a second time, it is in line "
                    + lines.get(0) + " too")));
            for (RouteFile other : others) {
                List<Integer> there = Names.taken(other).get(name);
                if (there != null) {
                    found.add(new Finding(file.name, lines.get(0), name + " is taken by " + other.name + ":" + there.get(0)));
                }
            }
            javaRoutes(files).filter(route -> name.equals("id '" + route.getRouteId() + "'")).forEach(route ->
                    found.add(new Finding(file.name, lines.get(0), name + " is taken by a route in Java")));
        });
        return found;
    }

    private List<Finding> called(RouteFile file, Collection<RouteFile> others) {
        Set<String> offered = new HashSet<>(Names.offered(file));
        Set<String> files = new HashSet<>(Names.routeIds(file));
        for (RouteFile other : others) {
            offered.addAll(Names.offered(other));
            files.addAll(Names.routeIds(other));
        }
        javaRoutes(files).forEach(route -> offered.add(route.getInput().getEndpointUri().replaceFirst("^direct://", "direct:")));
        List<Finding> found = new ArrayList<>();
        Names.called(file).forEach((name, lines) -> {
            if (!offered.contains(name)) {
                lines.forEach(line -> found.add(new Finding(file.name, line, "there is no " + (name.startsWith("direct:")
                        ? "route from '" + name + "'" : name))));
            }
        });
        return found;
    }

    /** What it no longer has although others go on calling it. */
    private List<Finding> left(RouteFile file, RouteFile before, Collection<RouteFile> others) {
        if (before == null || file.fault.isPresent()) {
            return List.of();
        }
        Set<String> left = new HashSet<>(Names.offered(before));
        left.removeAll(Names.offered(file));
        return callers(file.name, left, others);
    }

    /** Of names that the file with this name no longer has. */
    static List<Finding> callers(String name, Set<String> left, Collection<RouteFile> others) {
        Set<String> missing = new HashSet<>(left);
        for (RouteFile other : others) {
            missing.removeAll(Names.offered(other));
        }
        List<Finding> found = new ArrayList<>();
        for (RouteFile other : others) {
            for (Map.Entry<String, List<Integer>> call : Names.called(other).entrySet()) {
                if (missing.contains(call.getKey())) {
                    call.getValue().forEach(line -> found.add(new Finding(other.name, line, "needs " + call.getKey()
                            + ", which " + name + " no longer has")));
                }
            }
        }
        return found;
    }

    /** Those whose id no file has. */
    private Stream<RouteDefinition> javaRoutes(Set<String> idsInFiles) {
        return context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions().stream()
                .filter(route -> route.getRouteId() != null && !idsInFiles.contains(route.getRouteId()));
    }

    /** Properties and simple expressions, also in the arguments of bean methods, which Camel reads with the first message only. */
    private List<Finding> resolved(RouteFile file) {
        List<Finding> found = new ArrayList<>();
        for (Yaml.Entry entry : file.entries()) {
            Matcher matcher = PLACEHOLDER.matcher(entry.text());
            while (matcher.find()) {
                try {
                    context.resolvePropertyPlaceholders(matcher.group());
                } catch (RuntimeException e) {
                    found.add(new Finding(file.name, entry.line(), "there is no property " + matcher.group()));
                }
            }
            boolean simple = entry.key().equals("simple") || entry.owner().equals("simple") && entry.key().equals("expression")
                    || entry.owner().equals("bean") && entry.key().equals("method") || entry.owner().equals("toD") && entry.key().equals("uri");
            if (simple && entry.text().contains("${")) {
                try {
                    context.resolveLanguage("simple").createExpression(entry.text());
                } catch (RuntimeException e) {
                    found.add(new Finding(file.name, entry.line(), "is no simple expression: " + Culprit.reason(e)));
                }
            }
        }
        return found;
    }
}
