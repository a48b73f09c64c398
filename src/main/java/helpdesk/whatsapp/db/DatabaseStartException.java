package helpdesk.whatsapp.db;

import helpdesk.whatsapp.StartRefused;

/** The database can't be opened; the message says why and what to do. */
public final class DatabaseStartException extends StartRefused {

    DatabaseStartException(String message) {
        super(message);
    }

    DatabaseStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
