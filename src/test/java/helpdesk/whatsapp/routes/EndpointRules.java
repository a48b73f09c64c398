package helpdesk.whatsapp.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which endpoints a route may name and how, and who handles its errors. */
final class EndpointRules {

    private static final Pattern FUNCTION = Pattern.compile("\\$\\{([^}]*)");
    private static final Pattern OURS = Pattern.compile("(variable[.:\\[]|exchangeProperty[.:\\[]|bean:|properties:).*");
    private static final Set<String> DYNAMIC = Set.of("toD", "wireTap", "enrich", "pollEnrich", "recipientList", "routingSlip",
            "dynamicRouter", "poll");

    private EndpointRules() {
    }

    static List<Finding> findings(RouteFile file) {
        List<Finding> found = new ArrayList<>();
        for (Yaml.Entry entry : file.entries()) {
            if (entry.text().contains("whatsapp.mode") && !entry.key().equals("description")
                    && !file.isIn("ops") && !file.isIn("settings")) {
                found.add(new Finding(file.name, entry.line(),
                        "a route that asks for the mode: mock and real differ in a base URL only, {{whatsapp.graph.base-url}} or its bean"));
            }
        }
        for (RouteFile.Step step : file.steps()) {
            if (step.uri().replaceAll("\\$\\{[^}]*}", "").contains("?") && Yaml.get(step.value(), "parameters").isPresent()) {
                found.add(new Finding(file.name, step.line(), "options in the uri and under 'parameters:' stop the start: write them all below"));
            }
            if (step.uri().startsWith("jdbc:")) {
                jdbc(file, step, found);
            }
            if (step.uri().startsWith("sql:")) {
                found.add(new Finding(file.name, step.line(), "'sql:' beside camel-jdbc: write jdbc:txds with the statement as the body"));
            }
            if (DYNAMIC.contains(step.kind())) {
                dynamic(file, step, found);
            }
        }
        file.routes().forEach(route -> errors(route, found));
        file.routes().forEach(route -> transacted(route, found));
        return found;
    }

    /** Camel 4.18 moves what stands after a transacted step into it, before its own steps. */
    private static void transacted(RouteFile.Route route, List<Finding> found) {
        List<RouteFile.Step> steps = route.topSteps();
        for (int i = 0; i < steps.size() - 1; i++) {
            if (steps.get(i).kind().equals("transacted")) {
                found.add(new Finding(route.file().name, steps.get(i + 1).line(), "'" + steps.get(i + 1).kind()
                        + "' after 'transacted' runs before the transacted steps: move it into them, or into the route that calls this one"));
            }
        }
    }

    private static void jdbc(RouteFile file, RouteFile.Step step, List<Finding> found) {
        int line = Yaml.get(step.value(), "uri").map(Yaml::line).orElse(step.line());
        if (!step.uri().replaceFirst("\\?.*", "").equals("jdbc:txds")) {
            found.add(new Finding(file.name, line, "'" + step.uri() + "' never joins the transaction: write jdbc:txds"));
        }
        if (!Yaml.text(step.value(), "parameters", "resetAutoCommit").equals("false")) {
            found.add(new Finding(file.name, line, "jdbc without 'resetAutoCommit: false' commits early: add it to 'parameters:'"));
        }
        if (!Yaml.text(step.value(), "parameters", "useHeadersAsParameters").equals("true")) {
            found.add(new Finding(file.name, line, "jdbc without 'useHeadersAsParameters: true' takes no :?name: add it to 'parameters:'"));
        }
    }

    private static void dynamic(RouteFile file, RouteFile.Step step, List<Finding> found) {
        for (Yaml.Entry entry : Yaml.entries(step.value())) {
            if (entry.key().equals("id") || entry.key().equals("description")) {
                continue;
            }
            Matcher functions = FUNCTION.matcher(entry.text());
            while (functions.find()) {
                if (!OURS.matcher(functions.group(1)).matches()) {
                    found.add(new Finding(file.name, entry.line(), step.kind() + " built from '${" + functions.group(1)
                            + "}': only {{…}}, ${variable.…}, ${exchangeProperty.…} or ${bean:…}, so that no message chooses an address"));
                }
            }
        }
    }

    private static void errors(RouteFile.Route route, List<Finding> found) {
        boolean business = route.from().startsWith("direct:") || route.file().isIn("inbound");
        boolean handled = !Yaml.text(route.node(), "routeConfigurationId").isEmpty()
                || Yaml.get(route.node(), "errorHandler", "noErrorHandler").isPresent();
        if (business && !handled) {
            found.add(new Finding(route.file().name, route.line(), "route '" + route.id() + "' would handle errors itself:"
                    + " write errorHandler: { noErrorHandler: {} }, or name a routeConfigurationId"));
        }
    }
}
