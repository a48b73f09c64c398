package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.util.List;
import java.util.function.Supplier;

/**
 * Bean {@code simulatedAccount}: what Meta tells of app, token, business account and subscriptions. All is well, except for what
 * {@code PUT /mock/control/account} has named.
 */
public final class SimulatedAccount {

    private static final String APP = "Helpdesk (simulated)";

    private final Settings settings;
    private final Supplier<String> ownUrl;

    public SimulatedAccount(Settings settings, Supplier<String> ownUrl) {
        this.settings = settings;
        this.ownUrl = ownUrl;
    }

    /** {@code GET /debug_token}. */
    public String token(GraphCall call, String stateJson) {
        JsonNode state = Json.read(stateJson);
        ObjectNode answer = Json.object();
        ObjectNode data = answer.putObject("data");
        boolean known = call.query("input_token").equals(settings.get("whatsapp.access-token"));
        boolean valid = known && state.path("tokenValid").asBoolean(true);
        data.put("app_id", state.path("appId").asText(settings.get("whatsapp.app-id"))).put("type", "SYSTEM_USER").put("application", APP)
                .put("data_access_expires_at", 0).put("expires_at", state.path("tokenExpiresAt").asLong(0)).put("is_valid", valid);
        if (!valid) {
            data.putObject("error").put("code", 190).put("message", "The access token could not be decrypted").put("subcode", 463);
        }
        ArrayNode scopes = data.putArray("scopes");
        if (state.path("scopes").isArray()) {
            scopes.addAll((ArrayNode) state.path("scopes"));
        } else {
            List.of("whatsapp_business_management", "whatsapp_business_messaging").forEach(scopes::add);
        }
        return Json.write(answer);
    }

    /** {@code GET /{app}/subscriptions}: in the app's own name only. */
    public String subscriptions(GraphCall call, String stateJson) {
        if (!call.token().equals(settings.get("whatsapp.app-id") + "|" + settings.get("whatsapp.app-secret"))) {
            throw GraphError.of(400, 190, "Invalid OAuth access token signature.");
        }
        JsonNode state = Json.read(stateJson);
        String own = settings.get("whatsapp.public-url");
        ObjectNode answer = Json.object();
        ObjectNode one = answer.putArray("data").addObject().put("object", "whatsapp_business_account")
                .put("callback_url", state.path("callbackUrl").asText((own.isEmpty() ? ownUrl.get() : own.replaceFirst("/+$", ""))
                        + "/api/integrations/whatsapp/webhook")).put("active", true);
        ArrayNode fields = one.putArray("fields");
        for (JsonNode field : state.path("fields").isArray() ? state.path("fields") : Json.MAPPER.createArrayNode().add("messages")) {
            fields.addObject().put("name", field.asText()).put("version", settings.get("whatsapp.graph.version"));
        }
        return Json.write(answer);
    }

    /** {@code GET /{account}/subscribed_apps}. */
    public String subscribedApps(String stateJson) {
        JsonNode state = Json.read(stateJson);
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        if (state.path("subscribed").asBoolean(true)) {
            ObjectNode app = data.addObject();
            app.putObject("whatsapp_business_api_data").put("id", settings.get("whatsapp.app-id")).put("name", APP)
                    .put("link", "https://www.facebook.com/games/?app_id=" + settings.get("whatsapp.app-id"));
            if (state.path("override").isTextual()) {
                app.set("override_callback_uri", state.path("override"));
            }
        }
        return Json.write(answer);
    }

    /** {@code GET /{account}/phone_numbers}. */
    public String numbers(String stateJson) {
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        if (Json.read(stateJson).path("numberOfAccount").asBoolean(true)) {
            data.addObject().put("id", settings.get("whatsapp.phone-number-id"))
                    .put("display_phone_number", "+" + settings.get("whatsapp.simulator.phone-number"));
        }
        return Json.write(answer);
    }

    /** {@code GET /{account}}. */
    public String account(String stateJson) {
        ObjectNode account = Json.object().put("id", settings.get("whatsapp.waba-id")).put("name", "Example Shop")
                .put("business_verification_status", "verified").put("account_review_status", "APPROVED");
        if (Json.read(stateJson).path("account").isObject()) {
            account.setAll((ObjectNode) Json.read(stateJson).path("account"));
        }
        return Json.write(account);
    }
}
