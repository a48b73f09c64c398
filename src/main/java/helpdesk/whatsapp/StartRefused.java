package helpdesk.whatsapp;

/** The product does not start, for a reason that the message explains together with the mend. */
public class StartRefused extends RuntimeException {

    public StartRefused(String message) {
        super(message);
    }

    public StartRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
