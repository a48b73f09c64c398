package helpdesk.whatsapp.simulator.shell;

/** What the user of the shell is told, and the exit code that goes with it. */
final class Fault extends RuntimeException {

    private final int code;

    private Fault(int code, String message) {
        super(message);
        this.code = code;
    }

    /** It was asked for wrongly. */
    static Fault usage(String message) {
        return new Fault(2, message);
    }

    /** It was not done. */
    static Fault refused(String message) {
        return new Fault(1, message);
    }

    int code() {
        return code;
    }
}
