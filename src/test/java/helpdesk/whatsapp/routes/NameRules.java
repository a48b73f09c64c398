package helpdesk.whatsapp.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** How files, routes and steps are called, what each route says about itself, and how long a file may be. */
final class NameRules {

    private static final Pattern FILE = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*\\.camel\\.yaml");
    private static final Pattern ROUTE_ID = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)+");
    private static final Pattern MACHINE_ID = Pattern.compile(".*-\\d{4}");
    private static final int MOST_LINES = 150;
    private static final int MOST_ROUTES = 6;

    private NameRules() {
    }

    static List<Finding> fileNames(Path project) {
        List<Finding> found = new ArrayList<>();
        for (Path file : RouteFile.files(project.resolve("routes"))) {
            if (!FILE.matcher(file.getFileName().toString()).matches()) {
                found.add(new Finding(project.relativize(file).toString().replace('\\', '/'), 1,
                        "is not named <subject>.camel.yaml in lower case with dashes: nothing loads it or nobody finds it"));
            }
        }
        return found;
    }

    static List<Finding> findings(RouteFile file) {
        List<Finding> found = new ArrayList<>();
        int lines = file.lines().size();
        if (lines > MOST_LINES) {
            found.add(new Finding(file.name, MOST_LINES + 1, "has " + lines + " lines: split it by subject, about 120 lines a file"));
        }
        List<RouteFile.Route> routes = file.routes();
        if (routes.size() > MOST_ROUTES) {
            found.add(new Finding(file.name, routes.get(MOST_ROUTES).line(),
                    "has " + routes.size() + " routes: split it by subject, at most " + MOST_ROUTES + " a file"));
        }
        routes.forEach(route -> found.addAll(route(route)));
        for (RouteFile.Route configuration : file.items("routeConfiguration")) {
            if (!file.isIn("errors")) {
                found.add(new Finding(file.name, configuration.line(), "a routeConfiguration belongs in routes/errors/"));
            }
        }
        for (Yaml.Entry entry : file.entries()) {
            if (entry.key().equals("id") && MACHINE_ID.matcher(entry.text()).matches()) {
                found.add(new Finding(file.name, entry.line(), "id '" + entry.text() + "' was made by a machine: say what the step does"));
            }
        }
        return found;
    }

    private static List<Finding> route(RouteFile.Route route) {
        List<Finding> found = new ArrayList<>();
        String id = route.id();
        String file = route.file().name;
        int idLine = Yaml.get(route.node(), "id").map(Yaml::line).orElse(route.line());
        if (id.isEmpty()) {
            found.add(new Finding(file, route.line(), "a route without id: write id: <area>-<verb>[-<object>]"));
        } else if (!ROUTE_ID.matcher(id).matches()) {
            found.add(new Finding(file, idLine, "id '" + id + "' is not <area>-<verb>[-<object>] in lower case with dashes"));
        }
        String from = route.from().replaceFirst("\\?.*", "");
        if (from.startsWith("direct:") && !from.equals("direct:" + id)) {
            found.add(new Finding(file, Yaml.get(route.node(), "from", "uri").map(Yaml::line).orElse(route.line()),
                    "from '" + from + "' differs from the route's id: write direct:" + id));
        }
        String description = Yaml.text(route.node(), "description");
        if (description.isBlank()) {
            found.add(new Finding(file, idLine, "route '" + id + "' has no description: say in a sentence what it is for"));
        } else if (!description.strip().matches("(?s).*[.!?]")) {
            found.add(new Finding(file, Yaml.get(route.node(), "description").map(Yaml::line).orElse(idLine),
                    "the description is no sentence: end it with a full stop"));
        }
        for (RouteFile.Step step : route.steps()) {
            if (!step.id().isEmpty() && !step.id().startsWith(id + "-")) {
                found.add(new Finding(file, Yaml.get(step.value(), "id").map(Yaml::line).orElse(step.line()),
                        "step id '" + step.id() + "' does not begin with its route's: write " + id + "-<what>"));
            }
        }
        return found;
    }

    /** Ids of routes and steps over all files; reload, advice and coverage go by them. */
    static List<Finding> unique(List<RouteFile> files) {
        List<Finding> found = new ArrayList<>();
        Map<String, String> first = new HashMap<>();
        for (RouteFile file : files) {
            for (RouteFile.Route route : file.routes()) {
                taken(first, found, file, "route", route.id(), route.node(), route.line());
                route.steps().forEach(step -> taken(first, found, file, "step", step.id(), step.value(), step.line()));
            }
            file.items("routeConfiguration").forEach(
                    item -> taken(first, found, file, "routeConfiguration", item.id(), item.node(), item.line()));
        }
        return found;
    }

    private static void taken(Map<String, String> first, List<Finding> found, RouteFile file, String kind, String id,
            org.snakeyaml.engine.v2.nodes.Node node, int fallback) {
        if (id.isEmpty()) {
            return;
        }
        int line = Yaml.get(node, "id").map(Yaml::line).orElse(fallback);
        String before = first.putIfAbsent(id, file.name + ":" + line);
        if (before != null) {
            found.add(new Finding(file.name, line, kind + " id '" + id + "' is taken by " + before));
        }
    }
}
