package helpdesk.whatsapp.routes;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.model.RouteDefinition;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** The line of a route file that an exception of Camel's means. Camel names the route, sometimes the step, and never the line. */
final class Culprit {

    private static final Pattern UNKNOWN = Pattern.compile(
            "(?:Unsupported field|Unknown node id|Field): (\\S+)(?: has already been configured as an expression)?$");
    private static final Pattern OPTION = Pattern.compile("endpoint: ([^?\\s]+).*Unknown parameters=\\[\\{(\\w+)=");

    private Culprit() {
    }

    static Finding of(RouteFile file, Throwable fault) {
        return of(file, fault, List.of());
    }

    /** With the routes that Camel was making: its message repeats the step, and the step knows its line. */
    static Finding of(RouteFile file, Throwable fault, List<RouteDefinition> made) {
        Optional<MarkedYamlEngineException> marked = chain(fault).filter(MarkedYamlEngineException.class::isInstance)
                .map(MarkedYamlEngineException.class::cast).findFirst();
        if (marked.isPresent()) {
            return marked(file, marked.get());
        }
        String reason = reason(fault);
        Matcher option = OPTION.matcher(reason);
        if (option.find()) {
            return new Finding(file.name, line(file, fault, made, option.group(2)), "the endpoint " + option.group(1) + " has no option '"
                    + option.group(2) + "'");
        }
        Optional<SimpleIllegalSyntaxException> simple = chain(fault).filter(SimpleIllegalSyntaxException.class::isInstance)
                .map(SimpleIllegalSyntaxException.class::cast).findFirst();
        if (simple.isPresent()) {
            return new Finding(file.name, line(file, fault, made, simple.get().getExpression()), "is no simple expression: " + reason);
        }
        return new Finding(file.name, line(file, fault, made, reason.replace("://", ":")), reason);
    }

    /** The first cause in one line. */
    static String reason(Throwable fault) {
        Throwable root = chain(fault).reduce((first, second) -> second).orElse(fault);
        String text = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return text.strip().replaceFirst("\\R\\s*\\*\\s*$", "").replaceAll("\\s*\\R\\s*", ": ");
    }

    static Stream<Throwable> chain(Throwable fault) {
        return Stream.iterate(fault, t -> t != null, Throwable::getCause).limit(20);
    }

    /** Whether a route of this file is what failed. */
    static boolean names(RouteFile file, Throwable fault) {
        return Names.routeIds(file).contains(routeId(fault));
    }

    private static String routeId(Throwable fault) {
        return chain(fault).map(t -> t instanceof FailedToCreateRouteException create ? create.getRouteId()
                : t instanceof FailedToStartRouteException start ? start.getRouteId() : null)
                .filter(id -> id != null).findFirst().orElse("");
    }

    private static Finding marked(RouteFile file, MarkedYamlEngineException fault) {
        int from = fault.getProblemMark().or(fault::getContextMark).map(mark -> mark.getLine() + 1).orElse(1);
        Matcher unknown = UNKNOWN.matcher(String.valueOf(fault.getProblem()));
        if (!unknown.find()) {
            return new Finding(file.name, from, fault.getProblem());
        }
        String key = unknown.group(1);
        int line = file.entries().stream().filter(entry -> entry.key().equals(key)).map(Yaml.Entry::line)
                .min(Comparator.comparing(at -> Math.abs(at - from))).orElse(from);
        return new Finding(file.name, line, "'" + key + "' is unknown here");
    }

    /** The line whose key or value the reason repeats, the longest first; else that of the step, of the route, of the file. */
    private static int line(RouteFile file, Throwable fault, List<RouteDefinition> made, String reason) {
        String routeId = routeId(fault);
        Optional<RouteFile.Route> route = file.routes().stream().filter(is -> is.id().equals(routeId)).findFirst();
        List<Yaml.Entry> entries = route.map(is -> Yaml.entries(is.node())).orElseGet(file::entries);
        record Said(int line, int length) {
        }
        Optional<Said> said = entries.stream().flatMap(entry -> Stream.of(entry.key(), entry.text())
                        .filter(word -> isSaid(word, reason)).map(word -> new Said(entry.line(), word.length())))
                .max(Comparator.comparingInt(Said::length));
        return said.map(Said::line).or(() -> step(file, fault, made)).or(() -> route.map(RouteFile.Route::line)).orElse(1);
    }

    private static Optional<Integer> step(RouteFile file, Throwable fault, List<RouteDefinition> made) {
        String message = String.valueOf(fault.getMessage());
        return made.stream().filter(route -> route.getRouteId().equals(routeId(fault))).flatMap(route -> route.getOutputs().stream())
                .filter(step -> message.contains(">>> " + step + " <<<"))
                .flatMap(step -> file.steps().stream().filter(is -> is.camelLine() == step.getLineNumber()))
                .map(RouteFile.Step::line).findFirst();
    }

    private static boolean isSaid(String word, String reason) {
        return word.length() > 4 && Pattern.compile("(?<!\\w)" + Pattern.quote(word) + "(?!\\w)").matcher(reason).find();
    }
}
