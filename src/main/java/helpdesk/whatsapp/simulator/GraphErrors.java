package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.db.SqlFaults;
import helpdesk.whatsapp.web.Problem;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bean {@code graphErrors}: turns whatever failed into what Meta would answer. */
public final class GraphErrors {

    private static final Logger LOG = LoggerFactory.getLogger(GraphErrors.class);

    /** What numbers, accounts and apps have. */
    private static final Set<String> EDGES = Set.of("messages", "media", "whatsapp_business_profile", "register", "deregister",
            "request_code", "verify_code", "settings", "block_users", "message_history", "phone_numbers", "subscribed_apps",
            "message_templates", "uploads", "subscriptions");

    private final SqlFaults sqlFaults = new SqlFaults();

    public GraphError of(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof GraphError error) {
                return error;
            }
            if (t instanceof Problem problem && problem.getStatus() < 500) {
                return GraphError.parameter(problem.getMessage());
            }
        }
        if (sqlFaults.ofConnection(fault)) {
            LOG.warn("The simulator's database does not answer: {}", fault.getMessage());
            return SimulatedError.of(2).with(Json.object().put("status", 503)).refusal();
        }
        LOG.error("A call of the simulator failed for a reason that no route foresees.", fault);
        return GraphError.of(500, 1, "An unknown error occurred");
    }

    /** A parameter is wrong in a way that only a statement could tell. */
    public void wrong(String details) {
        throw GraphError.parameter(details);
    }

    /** No operation has this method and path: a wrong version, a wrong id, or nothing that anybody knows. */
    public void unknown(GraphCall call) {
        if (call.version().isEmpty() && call.getNode().matches("v\\d[\\d.]*")) {
            throw GraphError.wrong("Invalid version format. Use format like 'v23.0'");
        }
        boolean edge = EDGES.contains(call.getEdge());
        if (call.getKind().equals("object") && (edge || call.getEdge().isEmpty())) {
            if (edge && !call.getNode().matches("\\d+")) {
                throw GraphError.wrong("Invalid parameter: '" + call.getNode() + "' must be a valid numeric string");
            }
            throw GraphError.noSuchObject(call.getMethod(), call.getNode());
        }
        if (call.getEdge().isEmpty()) {
            throw GraphError.noSuchObject(call.getMethod(), call.getNode());
        }
        throw GraphError.of(400, 2500, "Unknown path components: " + call.getPath());
    }
}
