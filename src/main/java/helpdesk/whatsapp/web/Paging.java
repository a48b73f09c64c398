package helpdesk.whatsapp.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.Problem.FieldError;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bean {@code paging}: what a list is asked for, checked against the contract, with the cursor opened into the place after
 * which the page begins ({@code afterAt}, {@code afterId}). The statements make cursors by {@code page_cursor}.
 */
public final class Paging {

    private static final Pattern PLACE = Pattern.compile("([0-9T:.Z-]{20,32}) ([0-9]{1,18})");

    private final Contract contract;

    public Paging(Contract contract) {
        this.contract = contract;
    }

    public String ask(String operationId, String request) {
        ObjectNode asked = contract.query(operationId, Json.read(request));
        String cursor = Json.text(asked, "cursor");
        asked.remove(List.of("afterAt", "afterId"));
        if (cursor != null) {
            open(cursor, asked);
        }
        return Json.write(asked);
    }

    private static void open(String cursor, ObjectNode asked) {
        try {
            Matcher place = PLACE.matcher(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII));
            if (place.matches()) {
                asked.put("afterAt", Instant.parse(place.group(1)).toString());
                asked.put("afterId", Long.parseLong(place.group(2)));
                return;
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // falls through to the refusal
        }
        throw Contract.badParameter(List.of(new FieldError("cursor", "is not a cursor of ours: pass the `next` of the page before")));
    }
}
