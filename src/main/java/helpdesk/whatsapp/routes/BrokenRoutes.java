package helpdesk.whatsapp.routes;

import helpdesk.whatsapp.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says, when the product has not started because of its routes, which files and lines it is. */
public final class BrokenRoutes {

    private BrokenRoutes() {
    }

    /** One line for each finding; none when something else is wrong. */
    public static Optional<String> explain(CamelContext context, Exception fault) {
        boolean ofRoutes = Culprit.chain(fault).anyMatch(t -> t instanceof FailedToCreateRouteException
                || t instanceof FailedToStartRouteException || t instanceof MarkedYamlEngineException);
        List<Finding> found = ofRoutes ? findings(context, fault) : List.of();
        return found.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", found.stream().map(Finding::toString).toList()));
    }

    private static List<Finding> findings(CamelContext context, Exception fault) {
        RouteFolder folder = RouteFolder.of(new Settings(context));
        List<RouteFile> files = folder.stamps().keySet().stream().map(folder::read).toList();
        LiveCheck check = new LiveCheck(context);
        List<Finding> found = new ArrayList<>();
        for (RouteFile file : files) {
            found.addAll(check.words(file, files.stream().filter(other -> other != file).toList()));
        }
        if (found.isEmpty()) {
            files.stream().filter(file -> Culprit.names(file, fault)).forEach(file -> found.add(Culprit.of(file, fault)));
        }
        return LiveCheck.sorted(found);
    }
}
