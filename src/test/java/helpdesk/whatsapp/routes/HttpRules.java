package helpdesk.whatsapp.routes;

import java.util.ArrayList;
import java.util.List;

/**
 * Headers of a caller go neither back to the caller nor on to the Graph API. The webhook may begin with the bean that
 * reads its signature or its challenge; every route may set the answer's headers and body after the last removal.
 */
final class HttpRules {

    private static final List<String> ANSWERED = List.of("Content-Type", "CamelHttpResponseCode");

    private HttpRules() {
    }

    static List<Finding> findings(RouteFile file) {
        List<Finding> found = new ArrayList<>();
        for (RouteFile.Route route : file.routes()) {
            if (route.from().startsWith("platform-http:")) {
                edge(route, found);
            }
            boolean removed = false;
            for (RouteFile.Step step : route.steps()) {
                removed |= removesAll(step);
                if (!removed && step.uri().matches("(vertx-http|https?|netty-http):.*")) {
                    found.add(new Finding(file.name, step.line(), "'" + step.uri().replaceFirst(":.*", ":")
                            + "' with whatever headers came along: write removeHeaders: { pattern: \"*\" } before it in this route"));
                }
            }
        }
        return found;
    }

    private static void edge(RouteFile.Route route, List<Finding> found) {
        String file = route.file().name;
        List<RouteFile.Step> steps = route.topSteps();
        if (steps.isEmpty()) {
            return;
        }
        RouteFile.Step first = steps.get(0);
        boolean webhook = route.file().isIn("webhook") && first.kind().matches("process|bean");
        if (!webhook && !(first.kind().equals("process") && Yaml.text(first.value(), "ref").equals("takeRequest"))) {
            found.add(new Finding(file, first.line(), "an HTTP route begins with process: { ref: takeRequest }, which copies what is needed"));
        }
        if (steps.size() < 2 || !removesAll(steps.get(1))) {
            found.add(new Finding(file, steps.get(Math.min(1, steps.size() - 1)).line(),
                    "the second step of an HTTP route drops the caller's headers: write removeHeaders: { pattern: \"*\" }"));
        }
        int end = steps.size() - 1;
        while (end > 0 && steps.get(end).kind().matches("setHeader|setHeaders|setBody")) {
            end--;
        }
        RouteFile.Step last = steps.get(end);
        String kept = Yaml.text(last.value(), "excludePattern");
        boolean answerFollows = end < steps.size() - 1;
        if (!removesAll(last) || !answerFollows && !ANSWERED.stream().allMatch(kept::contains)) {
            found.add(new Finding(file, last.line(), "the last step of an HTTP route drops our own headers: write removeHeaders: { pattern: \"*\","
                    + " excludePattern: \"" + String.join("|", ANSWERED) + "\" }"));
        }
    }

    private static boolean removesAll(RouteFile.Step step) {
        return step.kind().equals("removeHeaders") && Yaml.text(step.value(), "pattern").equals("*");
    }
}
