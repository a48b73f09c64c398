package helpdesk.whatsapp.routes;

import helpdesk.whatsapp.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.util.AntPathMatcher;

/** What Camel loads of the folder of the routes, by {@code camel.main.routesIncludePattern} and {@code camel.main.routesExcludePattern}. */
final class RouteFolder {

    /** How a file looks from outside; the key differs when another file has taken its name. */
    record Stamp(FileTime modified, long size, Object key) {
    }

    private final Path folder;
    private final List<String> included;
    private final List<String> excluded;

    private RouteFolder(Path folder, List<String> included, List<String> excluded) {
        this.folder = folder.toAbsolutePath().normalize();
        this.included = included;
        this.excluded = excluded;
    }

    static RouteFolder of(Settings settings) {
        String folder = settings.get("whatsapp.routes.folder");
        // Camel's patterns begin with the folder as it is configured, our names with its own name.
        String own = Path.of(folder).toAbsolutePath().normalize().getFileName().toString();
        return new RouteFolder(Path.of(folder), patterns(settings, "camel.main.routesIncludePattern").stream()
                .map(pattern -> pattern.replaceFirst("^file:", ""))
                .map(pattern -> pattern.startsWith(folder) ? own + pattern.substring(folder.length()) : pattern).toList(),
                patterns(settings, "camel.main.routesExcludePattern"));
    }

    private static List<String> patterns(Settings settings, String key) {
        return Arrays.stream(settings.get(key).split(",")).map(String::strip).filter(pattern -> !pattern.isEmpty()).toList();
    }

    Path path() {
        return folder;
    }

    RouteFile read(String name) {
        return RouteFile.read(folder.getParent(), folder.getParent().resolve(name));
    }

    /** By name, such as {@code routes/inbound/text.camel.yaml}. */
    Map<String, Stamp> stamps() {
        Map<String, Stamp> stamps = new TreeMap<>();
        for (Path file : RouteFile.files(folder)) {
            String name = folder.getParent().relativize(file).toString().replace('\\', '/');
            if (isAny(included, name) && !isAny(excluded, name)) {
                try {
                    BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
                    stamps.put(name, new Stamp(is.lastModifiedTime(), is.size(), is.fileKey()));
                } catch (IOException e) {
                    continue;       // gone between the two looks
                }
            }
        }
        return stamps;
    }

    private static boolean isAny(List<String> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> AntPathMatcher.INSTANCE.match(pattern, name));
    }
}
