package helpdesk.whatsapp.routes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a route file takes for itself - ids, {@code direct:} names - and what it expects others to have. */
final class Names {

    private Names() {
    }

    static Set<String> routeIds(RouteFile file) {
        Set<String> ids = new HashSet<>();
        file.routes().forEach(route -> ids.add(route.id()));
        return ids;
    }

    /** What others may call: {@code direct:} routes and route configurations. */
    static Set<String> offered(RouteFile file) {
        Set<String> offered = new HashSet<>();
        file.routes().stream().map(route -> direct(route.from())).filter(name -> name != null).forEach(offered::add);
        file.items("routeConfiguration").forEach(item -> offered.add("routeConfiguration " + item.id()));
        return offered;
    }

    /** What it calls, with the lines. A name that is put together at run time is nobody's to check. */
    static Map<String, List<Integer>> called(RouteFile file) {
        Map<String, List<Integer>> called = new HashMap<>();
        for (Yaml.Entry entry : file.entries()) {
            if (entry.key().equals("uri") && !entry.owner().equals("from")) {
                String name = direct(entry.text());
                if (name != null && !name.contains("${") && !name.contains("{{")) {
                    called.computeIfAbsent(name, key -> new ArrayList<>()).add(entry.line());
                }
            }
            if (entry.key().equals("routeConfigurationId")) {
                for (String id : entry.text().split(",")) {
                    if (!id.contains("*")) {
                        called.computeIfAbsent("routeConfiguration " + id.strip(), key -> new ArrayList<>()).add(entry.line());
                    }
                }
            }
        }
        return called;
    }

    /** What may be there once only, of routes and steps, in all files together. */
    static Map<String, List<Integer>> taken(RouteFile file) {
        Map<String, List<Integer>> taken = new HashMap<>();
        for (Yaml.Entry entry : file.entries()) {
            if (entry.key().equals("id") && !entry.owner().equals("parameters") && !entry.text().isEmpty()) {
                taken.computeIfAbsent("id '" + entry.text() + "'", key -> new ArrayList<>()).add(entry.line());
            }
            if (entry.key().equals("uri") && entry.owner().equals("from") && direct(entry.text()) != null) {
                taken.computeIfAbsent("from '" + direct(entry.text()) + "'", key -> new ArrayList<>()).add(entry.line());
            }
        }
        return taken;
    }

    private static String direct(String uri) {
        return uri.startsWith("direct:") ? uri.replaceFirst("\\?.*", "") : null;
    }
}
