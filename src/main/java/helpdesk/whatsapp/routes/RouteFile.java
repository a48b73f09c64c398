package helpdesk.whatsapp.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.ScannerException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** One file of {@code routes/}, read with its lines: its routes and their steps. */
final class RouteFile {

    /** One item of a {@code steps} list. */
    record Step(String kind, int line, Node value) {
        /** The line that Camel reports: counted from 0 at the step's options, one less than ours when they follow on its own line. */
        int camelLine() {
            return Yaml.line(value) - 1;
        }

        String id() {
            return Yaml.text(value, "id");
        }

        String uri() {
            return Yaml.uri(kind, value);
        }
    }

    /** A route with its own steps and, below them, all steps of its branches. */
    record Route(RouteFile file, int line, Node node) {
        String id() {
            return Yaml.text(node, "id");
        }

        String from() {
            return Yaml.get(node, "from").map(from -> Yaml.uri("from", from)).orElse("");
        }

        List<Step> topSteps() {
            return Yaml.get(node, "from", "steps").map(RouteFile::listed).orElse(List.of());
        }

        List<Step> steps() {
            return RouteFile.steps(node);
        }
    }

    final String name;
    final String text;
    final Optional<Node> root;
    final Optional<Finding> fault;

    private RouteFile(String name, String text) {
        this.name = name;
        this.text = text;
        Node composed = null;
        Finding failed = null;
        try {
            composed = new Compose(LoadSettings.builder().setLabel(name).build()).composeString(text).orElse(null);
        } catch (MarkedYamlEngineException e) {
            // A key without colon or a text without end: the line where it begins says more than the one where that shows.
            boolean begun = e.getContextMark().isPresent() && e.getContext().startsWith("while scanning");
            int line = (begun ? e.getContextMark() : e.getProblemMark().or(e::getContextMark)).map(mark -> mark.getLine() + 1).orElse(1);
            boolean misread = !begun && (e instanceof ScannerException || e instanceof ParserException);
            failed = new Finding(name, line, "is no YAML: " + e.getProblem() + (misread ? "; look at the indentation here and in the lines above" : ""));
        } catch (ReaderException e) {
            int line = (int) text.codePoints().limit(e.getPosition()).filter(c -> c == '\n').count() + 1;
            failed = new Finding(name, line, "is no YAML: U+%04X is no character of a text".formatted(e.getCodePoint()));
        }
        root = Optional.ofNullable(composed);
        fault = Optional.ofNullable(failed);
    }

    static RouteFile of(String name, String text) {
        return new RouteFile(name, text);
    }

    static RouteFile read(Path project, Path file) {
        try {
            return of(project.relativize(file).toString().replace('\\', '/'), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All YAML files below {@code routes/} of the project, by name; none when the folder is missing. */
    static List<RouteFile> readAll(Path project) {
        return files(project.resolve("routes")).stream().filter(file -> file.toString().endsWith(".camel.yaml"))
                .map(file -> read(project, file)).toList();
    }

    static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> lines() {
        return text.lines().toList();
    }

    boolean isIn(String area) {
        return name.startsWith("routes/" + area + "/");
    }

    /** The top-level items with this key, such as {@code route} or {@code routeConfiguration}. */
    List<Route> items(String kind) {
        List<Route> found = new ArrayList<>();
        for (Node item : root.map(Yaml::items).orElse(List.of())) {
            for (NodeTuple tuple : Yaml.tuples(item)) {
                if (Yaml.text(tuple.getKeyNode()).equals(kind)) {
                    found.add(new Route(this, Yaml.line(tuple.getKeyNode()), tuple.getValueNode()));
                }
            }
        }
        return found;
    }

    List<Route> routes() {
        return items("route");
    }

    List<Yaml.Entry> entries() {
        return root.map(Yaml::entries).orElse(List.of());
    }

    List<Step> steps() {
        return root.map(RouteFile::steps).orElse(List.of());
    }

    private static List<Step> steps(Node node) {
        return Yaml.entries(node).stream().filter(entry -> entry.key().equals("steps"))
                .flatMap(entry -> listed(entry.value()).stream())
                .sorted((a, b) -> Integer.compare(a.value().getStartMark().map(m -> m.getIndex()).orElse(0),
                        b.value().getStartMark().map(m -> m.getIndex()).orElse(0)))
                .toList();
    }

    private static List<Step> listed(Node steps) {
        return Yaml.items(steps).stream().flatMap(item -> Yaml.tuples(item).stream())
                .map(tuple -> new Step(Yaml.text(tuple.getKeyNode()), Yaml.line(tuple.getKeyNode()), tuple.getValueNode()))
                .toList();
    }
}
