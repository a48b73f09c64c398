package helpdesk.whatsapp.db;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** Tells a fault of the data, which is an item's own, from a fault of the infrastructure, which is nobody's. */
public final class SqlFaults {

    /** True when the statement was refused for the values in it (SQLSTATE 21, 22, 23 or 54): a repeat would fail again. */
    public boolean ofData(Throwable fault) {
        String state = sqlState(fault);
        return state != null && !isPartitionMissing(fault) && (state.startsWith("21") || state.startsWith("22") || state.startsWith("23")
                || state.startsWith("54"));
    }

    /** True when the database could not be reached or had no room: a repeat may succeed. */
    public boolean ofConnection(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof SQLTransientException
                    || t instanceof org.springframework.transaction.CannotCreateTransactionException
                    || t instanceof org.springframework.transaction.TransactionSystemException) {
                return true;
            }
        }
        String state = sqlState(fault);
        return state != null && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57"));
    }

    /** True when another transaction was in the way (a lock that was waited for in vain, a deadlock): a repeat may succeed. */
    public boolean ofConcurrency(Throwable fault) {
        String state = sqlState(fault);
        return state != null && (state.startsWith("40") || state.startsWith("55"));
    }

    /** True when there is no day (partition) of a topic that an entry could be appended to: for PostgreSQL a check violation. */
    public static boolean isPartitionMissing(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof PSQLException sql && PSQLState.CHECK_VIOLATION.getState().equals(sql.getSQLState())) {
                return sql.getServerErrorMessage() != null && "ExecFindPartition".equals(sql.getServerErrorMessage().getRoutine());
            }
        }
        return false;
    }

    /**
     * For a doCatch that is not meant: the fault goes on as it came. (A doCatch cannot ask a bean about the fault in its onWhen:
     * there the bean's argument {@code ${exception}} is null.)
     */
    public void passOn(Exception fault) throws Exception {
        throw fault;
    }

    private static String sqlState(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return null;
    }
}
