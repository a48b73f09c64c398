package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.List;

/** Bean {@code simulatedProfile}: what of the business profile is asked for, and changed. */
public final class SimulatedProfile {

    private static final List<String> FIELDS = List.of("about", "address", "description", "email", "profile_picture_url", "websites", "vertical",
            "messaging_product", "id");
    private static final List<String> CHANGED = List.of("messaging_product", "about", "address", "description", "email", "websites", "vertical",
            "profile_picture_handle");

    /** What of a call changes the profile: the Graph API overlooks what it does not know. */
    public String change(GraphCall call) {
        ObjectNode change = call.json().deepCopy();
        return Json.write(change.retain(CHANGED));
    }

    /** Separated by commas; without any only the product is told. */
    public String fields(GraphCall call) {
        String fields = call.param("fields").replace(" ", "");
        for (String field : fields.isEmpty() ? List.<String>of() : List.of(fields.split(","))) {
            if (!FIELDS.contains(field)) {
                throw GraphError.wrong("(#100) Tried accessing nonexisting field (" + field + ") on node type (WhatsAppBusinessProfile)");
            }
        }
        return fields;
    }
}
