package helpdesk.whatsapp.web;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;

/** Checks what callers send. */
public final class Contract {
    public JsonNode check(String schema, String body) {
        return Json.read(body);
    }
}
