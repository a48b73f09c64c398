package helpdesk.whatsapp.web;

import helpdesk.whatsapp.db.SqlFaults;
import helpdesk.whatsapp.log.LogFull;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bean {@code problems}: turns whatever failed in a route that answers HTTP into the {@link Problem} that the caller gets; refuses what a route refuses. */
public final class Problems {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private static final String UNIQUE_VIOLATION = "23505";

    private final SqlFaults sqlFaults = new SqlFaults();

    /** The state of things does not allow it: 409 with this code. */
    public void conflict(String code, String detail) {
        throw new Problem(409, code, detail);
    }

    /** A field that only the database could judge: 422 {@code validation}. */
    public void invalid(String field, String message) {
        throw Problem.validation(List.of(new Problem.FieldError(field, message)));
    }

    /** Never tells the caller more than it may know: an unforeseen fault is logged here and answered as 500. */
    public Problem of(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof Problem problem) {
                return problem;
            }
            if (t instanceof SQLException sql && UNIQUE_VIOLATION.equals(sql.getSQLState())) {
                return new Problem(409, "conflict", "Somebody else has changed the same at this moment. Look again.");
            }
            if (t instanceof LogFull) {
                return new Problem(503, "log-full", "The log cannot take more at the moment. Try again.");
            }
        }
        if (sqlFaults.ofConnection(fault)) {
            LOG.warn("The database does not answer: {}", fault.getMessage());
            return new Problem(503, "database-down", "The database does not answer at the moment. Try again.");
        }
        if (sqlFaults.ofConcurrency(fault)) {
            LOG.warn("A request waited in vain for another transaction: {}", fault.getMessage());
            return new Problem(503, "busy", "Something else is changing the same data at the moment. Try again.");
        }
        LOG.error("A request failed for a reason that no route foresees.", fault);
        return new Problem(500, "internal-error", "Something went wrong on our side. The log has the details.");
    }
}
