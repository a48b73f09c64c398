package helpdesk.whatsapp.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a route names exists: other routes, route configurations, beans; and nobody but the simulator names the simulator. */
final class ReferenceRules {

    private static final Pattern JAVA_FROM = Pattern.compile("from\\(\\s*\"direct:([^\"?]+)");
    private static final Pattern ANNOTATED = Pattern.compile(
            "@BindToRegistry(?:\\([^)]*\\))?\\s+(?:(?:public|protected|static|final)\\s+)*(?:class\\s+(\\w+)|[\\w.<>,? ]+?\\s+(\\w+)\\s*\\()");
    private static final Pattern CONFIGURED = Pattern.compile("(?m)^\\s*camel\\.beans?\\.([\\w-]+)");
    private static final Pattern SIMPLE_BEAN = Pattern.compile("\\$\\{bean:([\\w-]+)|#bean:([\\w-]+)");

    private final List<RouteFile> files;
    private final String java;
    private final String config;
    private final Set<String> routes = new HashSet<>();
    private final Set<String> configurations = new HashSet<>();

    ReferenceRules(Path project, List<RouteFile> files) {
        this.files = files.stream().filter(file -> file.fault.isEmpty()).toList();
        java = RouteCheck.javaSources(project);
        StringBuilder properties = new StringBuilder();
        for (Path file : RouteFile.files(project.resolve("config"))) {
            if (file.toString().endsWith(".properties")) {
                try {
                    properties.append(Files.readString(file)).append('\n');
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        config = properties.toString();
        for (RouteFile file : this.files) {
            file.routes().stream().map(RouteFile.Route::from).filter(from -> from.startsWith("direct:"))
                    .forEach(from -> routes.add(from.substring(7).replaceFirst("\\?.*", "")));
            file.items("routeConfiguration").forEach(item -> configurations.add(item.id()));
        }
        JAVA_FROM.matcher(java).results().forEach(match -> routes.add(match.group(1)));
    }

    List<Finding> findings() {
        List<Finding> found = new ArrayList<>();
        Set<String> beans = beans();
        for (RouteFile file : files) {
            for (Yaml.Entry entry : file.entries()) {
                if (entry.key().equals("uri") && !entry.owner().equals("from")) {
                    direct(file, entry, found);
                }
                if (!file.isIn("simulator") && entry.text().contains("direct:simulator-")) {
                    found.add(new Finding(file.name, entry.line(),
                            "'" + entry.text() + "': outside routes/simulator nobody names it; call the Graph base URL"));
                }
                if (entry.key().equals("routeConfigurationId")) {
                    for (String id : entry.text().split(",")) {
                        if (!id.contains("*") && !configurations.contains(id.strip()) && !java.contains("\"" + id.strip() + "\"")) {
                            found.add(new Finding(file.name, entry.line(), "no routeConfiguration '" + id.strip() + "' in routes/errors"));
                        }
                    }
                }
            }
            if (!beans.isEmpty()) {
                named(file).forEach((bean, line) -> {
                    if (!beans.contains(bean) && !java.contains("\"" + bean + "\"")) {
                        found.add(new Finding(file.name, line, "no bean '" + bean + "': bind it (@BindToRegistry) or name one that is bound"));
                    }
                });
            }
        }
        return found;
    }

    private void direct(RouteFile file, Yaml.Entry entry, List<Finding> found) {
        if (!entry.text().startsWith("direct:")) {
            return;
        }
        String target = entry.text().substring(7).replaceFirst("\\?.*", "");
        Matcher dynamic = Pattern.compile("\\{\\{|\\$\\{").matcher(target);
        boolean known = routes.contains(target);
        if (dynamic.find()) {
            String beginning = target.substring(0, dynamic.start());
            known = beginning.isEmpty() || routes.stream().anyMatch(route -> route.startsWith(beginning));
        }
        if (!known) {
            found.add(new Finding(file.name, entry.line(), "'" + entry.text() + "' has no route: nothing begins with from " + entry.text()));
        }
    }

    private static java.util.Map<String, Integer> named(RouteFile file) {
        java.util.Map<String, Integer> named = new java.util.LinkedHashMap<>();
        for (Yaml.Entry entry : file.entries()) {
            if (entry.key().equals("ref") && Set.of("bean", "process", "transacted", "policy").contains(entry.owner())) {
                named.putIfAbsent(entry.text().replaceFirst("^#(bean:)?", ""), entry.line());
            }
            Matcher matcher = SIMPLE_BEAN.matcher(entry.text());
            while (matcher.find()) {
                named.putIfAbsent(matcher.group(1) != null ? matcher.group(1) : matcher.group(2), entry.line());
            }
        }
        named.keySet().removeIf(name -> name.contains("{{") || name.startsWith("class:") || name.contains("."));
        return named;
    }

    /** Bound under its own name; a name given as a text is found in the sources as that text. */
    private Set<String> beans() {
        Set<String> names = new HashSet<>();
        ANNOTATED.matcher(java).results().forEach(match -> {
            String name = match.group(1) != null ? match.group(1) : match.group(2);
            names.add(match.group(1) != null ? Character.toLowerCase(name.charAt(0)) + name.substring(1) : name);
        });
        CONFIGURED.matcher(config).results().forEach(match -> names.add(match.group(1)));
        for (RouteFile file : files) {
            file.root.map(Yaml::items).orElse(List.of()).stream().flatMap(item -> Yaml.get(item, "beans").stream())
                    .flatMap(beans -> Yaml.items(beans).stream()).forEach(bean -> names.add(Yaml.text(bean, "name")));
        }
        return names;
    }
}
