package helpdesk.whatsapp.log;

/** The log cannot take an entry now; nothing of it was written. The caller is asked to come again (503). */
public final class LogFull extends RuntimeException {

    public LogFull(String message, Throwable cause) {
        super(message, cause);
    }
}
