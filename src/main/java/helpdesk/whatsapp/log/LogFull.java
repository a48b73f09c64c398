package helpdesk.whatsapp.log;

/**
 * The log did not take an entry: its queue is full, the entry waited for longer than its deadline, or the append failed. It was
 * not written, or nobody knows whether it was; the caller is asked to come again (503), and a repeat is harmless.
 */
public final class LogFull extends RuntimeException {

    public LogFull(String message) {
        super(message);
    }

    public LogFull(String message, Throwable cause) {
        super(message, cause);
    }
}
