package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.util.ArrayList;
import java.util.List;

/**
 * Bean {@code simulatedAccount}: what Meta tells of app, token, business account and subscriptions. All is well, except for what
 * {@code PUT /mock/control/account} has named, or calls of the Graph API have changed since.
 */
public final class SimulatedAccount {

    private static final String APP = "Helpdesk (simulated)";
    private static final int LONGEST_ADDRESS = 200;
    private static final List<String> BY_DEFAULT = List.of("name", "timezone_id", "message_template_namespace");
    /** What Meta has on an account and ours has not. */
    private static final List<String> ABSENT = List.of("owner_business_info", "on_behalf_of_business_info", "purchase_order_number",
            "auth_international_rate_eligibility", "linked_commerce_account", "analytics", "health_status", "status");

    private final Settings settings;
    private final OwnCallback own;
    private final GraphAccess access;

    SimulatedAccount(Settings settings, OwnCallback own, GraphAccess access) {
        this.settings = settings;
        this.own = own;
        this.access = access;
    }

    /** {@code GET /oauth/access_token}: the token with which the app asks in its own name. */
    public String appToken(GraphCall call) {
        if (!call.param("grant_type").equals("client_credentials")) {
            throw GraphError.wrong("(#100) Param grant_type must be client_credentials.");
        }
        String app = settings.get("whatsapp.app-id");
        if (!call.param("client_id").equals(app)) {
            throw GraphError.of(400, 101, "Error validating application. Cannot get application info due to a system error.");
        }
        String token = app + "|" + call.param("client_secret");
        if (!access.isApp(token)) {
            throw GraphError.of(400, 1, "Error validating client secret.");
        }
        return Json.write(Json.object().put("access_token", token).put("token_type", "bearer"));
    }

    /** {@code GET /debug_token}. */
    public String token(GraphCall call, String stateJson) {
        if (call.param("input_token").isEmpty()) {
            throw GraphError.required("input_token");
        }
        JsonNode state = Json.read(stateJson);
        ObjectNode answer = Json.object();
        ObjectNode data = answer.putObject("data");
        boolean known = call.param("input_token").equals(settings.get("whatsapp.access-token"));
        GraphError fault = known ? access.ended(state) : GraphError.of(401, 190, "The access token could not be decrypted");
        data.put("app_id", state.path("appId").asText(settings.get("whatsapp.app-id"))).put("type", "SYSTEM_USER").put("application", APP)
                .put("data_access_expires_at", 0).put("expires_at", state.path("tokenExpiresAt").asLong(0)).put("is_valid", fault == null);
        if (fault != null) {
            data.set("error", fault.brief());
        } else {
            data.put("issued_at", 1_760_000_000);
        }
        ArrayNode scopes = data.putArray("scopes");
        if (state.path("scopes").isArray()) {
            scopes.addAll((ArrayNode) state.path("scopes"));
        } else {
            List.of("whatsapp_business_management", "whatsapp_business_messaging").forEach(scopes::add);
        }
        ArrayNode granular = data.putArray("granular_scopes");
        scopes.forEach(scope -> granular.addObject().put("scope", scope.asText()).putArray("target_ids").add(settings.get("whatsapp.waba-id")));
        data.put("user_id", "400000000000001");
        return Json.write(answer);
    }

    /** {@code GET /{app}/subscriptions}: in the app's own name only. */
    public String subscriptions(GraphCall call, String stateJson) {
        ownName(call);
        JsonNode state = Json.read(stateJson);
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        String url = state.at("/webhooks/app").asText(own.shown());
        List<String> subscribed = state.path("fields").isArray() ? texts(state.path("fields")) : Callbacks.fields();
        if (!url.isEmpty() && !subscribed.isEmpty()) {
            ObjectNode one = data.addObject().put("object", "whatsapp_business_account").put("callback_url", url).put("active", true);
            ArrayNode fields = one.putArray("fields");
            subscribed.forEach(field -> fields.addObject().put("name", field).put("version", settings.get("whatsapp.graph.version")));
        }
        return Json.write(answer);
    }

    private void ownName(GraphCall call) {
        if (!access.isApp(call.token())) {
            throw GraphError.of(400, 190, "Invalid OAuth access token signature.");
        }
    }

    /** {@code POST /{app}/subscriptions}; what of the account's state changes. Who names no field gets all. */
    public String subscribeApp(GraphCall call) {
        ownName(call);
        if (!call.param("object").equals("whatsapp_business_account")) {
            throw GraphError.wrong("(#100) Param object must be one of {whatsapp_business_account}.");
        }
        if (call.param("verify_token").isEmpty()) {
            throw GraphError.required("verify_token");
        }
        address(call.param("callback_url"));
        ObjectNode change = Json.object().putNull("fields");
        if (!call.param("fields").isBlank()) {
            ArrayNode fields = change.putArray("fields");
            for (String field : call.json().path("fields").isArray() ? texts(call.json().path("fields")) : List.of(call.param("fields").split(","))) {
                fields.add(field.strip());
            }
        }
        return Json.write(change);
    }

    /** {@code DELETE /{app}/subscriptions}: no field any more. */
    public String unsubscribeApp(GraphCall call) {
        ownName(call);
        return Json.write(Json.object().set("fields", Json.MAPPER.createArrayNode()));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    /** {@code GET /{account}/subscribed_apps}. */
    public String subscribedApps(GraphCall call, String stateJson) {
        JsonNode state = Json.read(stateJson);
        List<ObjectNode> apps = state.path("subscribed").asBoolean(true) ? List.of(app(state)) : List.of();
        return GraphPage.of(call, apps, app -> app);
    }

    private ObjectNode app(JsonNode state) {
        ObjectNode app = Json.object();
        app.putObject("whatsapp_business_api_data").put("id", settings.get("whatsapp.app-id")).put("name", APP)
                .put("link", "https://www.facebook.com/games/?app_id=" + settings.get("whatsapp.app-id"));
        if (state.at("/webhooks/account").isTextual()) {
            app.set("override_callback_uri", state.at("/webhooks/account"));
        }
        return app;
    }

    /** {@code POST /{account}/subscribed_apps}; what of the account's state changes. Without an override the one before ends. */
    public String subscribe(GraphCall call) {
        override(call.param("override_callback_uri"), call.param("verify_token"), "verify_token");
        return Json.write(Json.object().put("subscribed", true));
    }

    /** Whether this may be an address of the account or the number; none is fine, too. */
    static void override(String uri, String verifyToken, String parameter) {
        if (!uri.isEmpty() && verifyToken.isEmpty()) {
            throw GraphError.required(parameter);
        }
        if (!uri.isEmpty()) {
            address(uri);
        }
    }

    /** What is answered to a subscription: with an override also what is subscribed now. */
    public String subscribed(GraphCall call, String stateJson) {
        ObjectNode answer = Json.object().put("success", true);
        if (!call.param("override_callback_uri").isEmpty()) {
            answer.putArray("data").add(app(Json.read(stateJson)));
        }
        return Json.write(answer);
    }

    /** {@code DELETE /{account}/subscribed_apps}. */
    public String unsubscribe(String stateJson) {
        if (!Json.read(stateJson).path("subscribed").asBoolean(true)) {
            throw GraphError.of(404, 803, "WhatsApp Business Account not found or not subscribed").ofMethod();
        }
        return Json.write(Json.object().put("subscribed", false));
    }

    /** Where the account's callbacks go from now on: what {@code simulator-webhook-change} takes. */
    public String accountWebhook(GraphCall call) {
        return webhook("account", call.param("override_callback_uri"), call.param("verify_token"));
    }

    /** The same for the app. */
    public String appWebhook(GraphCall call) {
        return webhook("app", call.param("callback_url"), call.param("verify_token"));
    }

    /** Nobody's address any more. */
    public String noWebhook(String scope) {
        return webhook(scope, "", "");
    }

    static String webhook(String scope, String url, String verifyToken) {
        return Json.write(Json.object().put("scope", scope).put("url", url).put("verifyToken", verifyToken));
    }

    private static void address(String uri) {
        if (!uri.matches("(?i)https?://[^\\s/?#]+[^\\s]*") || uri.length() > LONGEST_ADDRESS) {
            throw GraphError.wrong("Invalid callback URI format");
        }
    }

    /** Who is to answer the handshake before the change is made; null when nobody is. */
    public CallbackTarget toVerify(String changeJson) {
        JsonNode change = Json.read(changeJson);
        String url = change.path("url").asText();
        return url.isEmpty() || !settings.getBoolean("whatsapp.simulator.handshake") ? null
                : CallbackTarget.of(url, change.path("verifyToken").asText());
    }

    /** Meta takes no address that did not answer it. */
    public void verified(String handshake) {
        if (!handshake.equals(CallbackTarget.VERIFIED)) {
            throw GraphError.of(422, 100, "Webhook callback URL is not reachable or invalid").ofMethod().details(handshake);
        }
    }

    /** {@code GET /{account}}. */
    public String account(GraphCall call, String stateJson) {
        ObjectNode account = Json.object().put("id", settings.get("whatsapp.waba-id")).put("name", "Example Shop").put("timezone_id", "1")
                .put("message_template_namespace", "ba30dd89_2ebd_41e4_b805_f2c05ae04cc9").put("account_review_status", "APPROVED")
                .put("business_verification_status", "verified").put("country", "US").put("currency", "USD")
                .put("ownership_type", "SELF_OWNED").put("primary_business_location", "US")
                .put("is_enabled_for_insights", true).put("marketing_messages_lite_api_status", "ELIGIBLE");
        ABSENT.forEach(account::putNull);
        if (Json.read(stateJson).path("account").isObject()) {
            account.setAll((ObjectNode) Json.read(stateJson).path("account"));
        }
        return Json.write(GraphFields.of(account, call.param("fields"), BY_DEFAULT, "WhatsAppBusinessAccount"));
    }

    /** {@code POST /{account}}; what of it changes. */
    public String change(GraphCall call) {
        ObjectNode change = Json.object();
        if (call.json().has("name")) {
            if (call.param("name").isBlank()) {
                throw GraphError.wrong("Invalid parameter: name must be a non-empty string");
            }
            change.put("name", call.param("name"));
        }
        if (call.json().has("timezone_id")) {
            if (!call.param("timezone_id").matches("\\d{1,4}")) {
                throw GraphError.wrong("Invalid parameter: timezone_id must be a number");
            }
            change.put("timezone_id", call.param("timezone_id"));
        }
        if (change.isEmpty()) {
            throw GraphError.wrong("(#100) At least one of name and timezone_id is required.");
        }
        return Json.write(change);
    }
}
