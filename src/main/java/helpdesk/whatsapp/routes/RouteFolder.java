package helpdesk.whatsapp.routes;

import helpdesk.whatsapp.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.util.AntPathMatcher;

/** The folder that Camel loads the routes from, without what {@code camel.main.routesExcludePattern} leaves out. */
final class RouteFolder {

    /** How a file looks from outside; the key differs when another file has taken its name. */
    record Stamp(FileTime modified, long size, Object key) {
    }

    private final Path folder;
    private final String[] excluded;

    private RouteFolder(Path folder, String[] excluded) {
        this.folder = folder.toAbsolutePath().normalize();
        this.excluded = excluded;
    }

    static RouteFolder of(Settings settings) {
        return new RouteFolder(Path.of(settings.get("whatsapp.routes.folder")),
                settings.get("camel.main.routesExcludePattern").split(","));
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
            if (name.endsWith(".camel.yaml") && !isExcluded(name)) {
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

    private boolean isExcluded(String name) {
        for (String pattern : excluded) {
            if (!pattern.isBlank() && AntPathMatcher.INSTANCE.match(pattern.strip(), name)) {
                return true;
            }
        }
        return false;
    }
}
