package helpdesk.whatsapp.web;

/** Nothing has the id that was asked for: 404 {@code not-found}. Thrown by routes with {@code throwException}. */
public final class NotFound extends Problem {

    public NotFound(String detail) {
        super(404, "not-found", detail);
    }
}
