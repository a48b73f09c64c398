package helpdesk.whatsapp.web;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.web.Problem.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The limits of a send that span several fields, which a JSON schema cannot say. */
final class SendLimits {

    private static final int MOST_ROWS = 10;
    private static final String ACTION = "interactive.action.";

    private SendLimits() {
    }

    static List<FieldError> errors(JsonNode send) {
        List<FieldError> errors = new ArrayList<>();
        JsonNode action = send.path("interactive").path("action");
        Set<String> titles = new HashSet<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < action.path("buttons").size(); i++) {
            JsonNode reply = action.path("buttons").path(i).path("reply");
            String place = ACTION + "buttons[" + i + "].reply.";
            once(titles, reply.path("title"), place + "title", errors);
            once(ids, reply.path("id"), place + "id", errors);
        }
        if (send.path("interactive").path("type").asText().equals("list")) {
            sections(action.path("sections"), errors);
        }
        return errors;
    }

    private static void sections(JsonNode sections, List<FieldError> errors) {
        Set<String> ids = new HashSet<>();
        int rows = 0;
        for (int i = 0; i < sections.size(); i++) {
            String place = ACTION + "sections[" + i + "].";
            if (sections.size() > 1 && !sections.path(i).has("title")) {
                errors.add(new FieldError(place + "title", "is required where there are several sections"));
            }
            for (int j = 0; j < sections.path(i).path("rows").size(); j++) {
                once(ids, sections.path(i).path("rows").path(j).path("id"), place + "rows[" + j + "].id", errors);
                rows++;
            }
        }
        if (rows > MOST_ROWS) {
            errors.add(new FieldError(ACTION + "sections", "must have at most " + MOST_ROWS + " rows together, have " + rows));
        }
    }

    private static void once(Set<String> seen, JsonNode value, String field, List<FieldError> errors) {
        if (value.isTextual() && !seen.add(value.asText())) {
            errors.add(new FieldError(field, "must differ from the others"));
        }
    }
}
