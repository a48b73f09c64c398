package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.util.List;

/** Bean {@code simulatedNumber}: what Meta tells of the business number; {@code fields=} chooses. */
public final class SimulatedNumber {

    private static final List<String> BY_DEFAULT = List.of("verified_name", "code_verification_status", "display_phone_number",
            "quality_rating", "platform_type", "throughput");

    private final Settings settings;

    public SimulatedNumber(Settings settings) {
        this.settings = settings;
    }

    /** @param stateJson what {@code PUT /mock/control/account} has named; {@code number} goes before what is known */
    public String info(GraphCall call, String stateJson) {
        ObjectNode known = known();
        if (Json.read(stateJson).path("number").isObject()) {
            known.setAll((ObjectNode) Json.read(stateJson).path("number"));
        }
        String fields = call.query("fields");
        ObjectNode info = Json.object();
        for (String field : fields.isBlank() ? BY_DEFAULT : List.of(fields.split("\\s*,\\s*"))) {
            if (!known.has(field)) {
                throw GraphError.of(400, 100, "(#100) Tried accessing nonexisting field (" + field
                        + ") on node type (WhatsAppBusinessPreVerifiedPhoneNumber)");
            }
            info.set(field, known.get(field));
        }
        info.set("id", known.get("id"));
        return Json.write(info);
    }

    private ObjectNode known() {
        ObjectNode known = Json.object();
        known.put("verified_name", "Example Shop");
        known.put("code_verification_status", "VERIFIED");
        known.put("display_phone_number", "+" + settings.get("whatsapp.simulator.phone-number"));
        known.put("quality_rating", "GREEN");
        known.put("platform_type", "CLOUD_API");
        known.putObject("throughput").put("level", "STANDARD");
        known.put("name_status", "APPROVED");
        known.put("status", "CONNECTED");
        known.put("account_mode", "LIVE");
        known.put("is_official_business_account", false);
        known.put("is_pin_enabled", false);
        known.put("whatsapp_business_manager_messaging_limit", "TIER_250");
        known.putObject("health_status").put("can_send_message", "AVAILABLE").putArray("entities")
                .addObject().put("entity_type", "PHONE_NUMBER").put("id", settings.get("whatsapp.phone-number-id"))
                .put("can_send_message", "AVAILABLE");
        known.put("id", settings.get("whatsapp.phone-number-id"));
        return known;
    }
}
