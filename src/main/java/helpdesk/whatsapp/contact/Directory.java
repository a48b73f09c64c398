package helpdesk.whatsapp.contact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.outbound.GraphReplies;
import helpdesk.whatsapp.settings.Mode;
import java.util.Objects;
import java.util.function.Supplier;

/** Bean {@code directory}: where contacts can be taken over from, and what stands there. Meta has none; the simulator plays one. */
public final class Directory {

    private final Mode mode;
    private final Supplier<String> ownUrl;

    public Directory(Mode mode, Supplier<String> ownUrl) {
        this.mode = mode;
        this.ownUrl = ownUrl;
    }

    /** How many there were, and those that name somebody, as the rows that the statements of contacts read. */
    public record Entries(int received, String json) {
    }

    /** Empty when the mode that holds has none. */
    public String url() {
        return mode.isReal() ? "" : ownUrl.get() + "/mock/control/contacts";
    }

    public Entries entries(GraphReplies.Reply reply) {
        ArrayNode rows = Json.MAPPER.createArrayNode();
        for (JsonNode entry : reply.body().path("data")) {
            String waId = Objects.toString(clean(entry, "waId"), "").replaceFirst("^\\+", "");
            String userId = clean(entry, "userId");
            ObjectNode row = rows.objectNode();
            row.put("wa_id", waId.matches("\\d{5,20}") ? waId : null);
            row.put("user_id", userId != null && userId.matches("[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}") ? userId : null);
            row.put("name", clean(entry, "name")).put("username", clean(entry, "username")).put("simulated", !mode.isReal());
            if (row.hasNonNull("wa_id") || row.hasNonNull("user_id")) {
                rows.add(row);
            }
        }
        return new Entries(reply.body().path("data").size(), Json.write(rows));
    }

    // PostgreSQL keeps no U+0000.
    private static String clean(JsonNode entry, String field) {
        String text = Json.text(entry, field);
        return text == null ? null : text.replace("\0", "");
    }
}
