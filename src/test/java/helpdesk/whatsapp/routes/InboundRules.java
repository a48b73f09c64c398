package helpdesk.whatsapp.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Inside {@code routes/inbound/} nothing leaves the process: a side effect is a row that the batch's transaction writes. */
final class InboundRules {

    private static final Set<String> COMPONENTS = Set.of("direct", "log", "bean");
    private static final Set<String> KINDS = Set.of("wireTap", "delay", "threads", "throttle", "pollEnrich", "poll", "enrich", "toD",
            "recipientList", "routingSlip", "dynamicRouter", "aggregate", "resequence", "sample", "saga", "kamelet", "circuitBreaker",
            "serviceCall", "onCompletion", "intercept", "interceptFrom", "interceptSendToEndpoint", "loadBalance");
    private static final Set<String> PARALLEL = Set.of("parallelProcessing", "executorService", "parallelAggregate");

    private InboundRules() {
    }

    static List<Finding> findings(RouteFile file) {
        List<Finding> found = new ArrayList<>();
        if (!file.isIn("inbound")) {
            return found;
        }
        for (RouteFile.Step step : file.steps()) {
            if (KINDS.contains(step.kind())) {
                found.add(new Finding(file.name, step.line(), "'" + step.kind() + "' in routes/inbound: the batch is one transaction on one"
                        + " thread; queue a row instead, and act on it after the commit"));
            }
        }
        for (Yaml.Entry entry : file.entries()) {
            if (entry.key().equals("uri") && !COMPONENTS.contains(entry.text().replaceFirst(":.*", ""))) {
                found.add(new Finding(file.name, entry.line(), "'" + entry.text() + "' in routes/inbound: only " + COMPONENTS.stream().sorted().toList()
                        + " may be named here; queue a row instead, and act on it after the commit"));
            }
            if (PARALLEL.contains(entry.key()) && !entry.text().equals("false")) {
                found.add(new Finding(file.name, entry.line(), "'" + entry.key() + "' in routes/inbound: the batch is one transaction on one thread"));
            }
        }
        return found;
    }
}
