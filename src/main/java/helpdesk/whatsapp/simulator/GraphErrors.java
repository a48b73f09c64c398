package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.db.SqlFaults;
import helpdesk.whatsapp.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bean {@code graphErrors}: turns whatever failed into what Meta would answer. */
public final class GraphErrors {

    private static final Logger LOG = LoggerFactory.getLogger(GraphErrors.class);

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
            return GraphError.of(503, 2, "Service temporarily unavailable");
        }
        LOG.error("A call of the simulator failed for a reason that no route foresees.", fault);
        return GraphError.of(500, 1, "An unknown error occurred");
    }

    /** A parameter is wrong in a way that only a statement could tell. */
    public void wrong(String details) {
        throw GraphError.parameter(details);
    }

    /** No operation has this method and path. */
    public void unknownPath(GraphCall call) {
        if (call.getOperation().contains(" ")) {
            throw GraphError.of(400, 2500, "Unknown path components: " + call.getPath());
        }
        throw GraphError.noSuchObject(call.getMethod(), call.getNode());
    }
}
