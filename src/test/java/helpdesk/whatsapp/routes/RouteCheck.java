package helpdesk.whatsapp.routes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads {@code routes/**} and {@code sql/**} of a project and names, by file and line, what breaks our forms. */
final class RouteCheck {

    private final Path project;

    RouteCheck(Path project) {
        this.project = project;
    }

    List<Finding> findings() {
        List<RouteFile> files = RouteFile.readAll(project);
        List<Finding> found = new ArrayList<>(NameRules.fileNames(project));
        for (RouteFile file : files) {
            if (file.fault.isPresent()) {
                found.add(file.fault.get());
                continue;
            }
            found.addAll(SchemaRule.findings(file));
            found.addAll(NameRules.findings(file));
            found.addAll(FormRules.findings(file));
            found.addAll(LiteralRules.findings(file));
            found.addAll(EndpointRules.findings(file));
            found.addAll(InboundRules.findings(file));
            found.addAll(HttpRules.findings(file));
        }
        found.addAll(NameRules.unique(files));
        found.addAll(new ReferenceRules(project, files).findings());
        found.addAll(new SqlRules(project, files).findings());
        return found.stream().distinct().sorted(Comparator.comparing(Finding::file).thenComparing(Finding::line)).toList();
    }

    /** Our own sources, in which routes, beans and statements may be named too. */
    static String javaSources(Path project) {
        StringBuilder text = new StringBuilder();
        for (Path file : RouteFile.files(project.resolve("src/main/java"))) {
            try {
                text.append(Files.readString(file)).append('\n');
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return text.toString();
    }
}
