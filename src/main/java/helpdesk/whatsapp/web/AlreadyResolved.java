package helpdesk.whatsapp.web;

/** A dead letter that a replay has resolved is not replayed again: 409 {@code already-resolved}. */
public final class AlreadyResolved extends Problem {

    public AlreadyResolved(String detail) {
        super(409, "already-resolved", detail);
    }
}
