package helpdesk.whatsapp.inbound;

/** Bean {@code replies}: what a route says to let a message be answered. */
public final class Replies {

    private static final int LONGEST_TEXT = 4096;

    /**
     * A text reply to the customer, quoting the message. It is a row, queued with the message; however often the message
     * arrives or is replayed, it is sent once.
     *
     * @param rule names the reply within all routes, for example hours; with the wamid it is the key that makes it one
     */
    public Outcome text(Outcome outcome, String rule, String text) {
        if (rule == null || rule.isBlank() || text == null || text.isBlank() || text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException("A reply needs a rule name and a text of 1 to 4096 characters.");
        }
        return outcome.reply(rule, text);
    }
}
