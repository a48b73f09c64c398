package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Bean {@code simulatedNumber}: what Meta tells of the business number and of the others of the account, and what can be changed of it. */
public final class SimulatedNumber {

    private static final List<String> BY_DEFAULT = List.of("verified_name", "code_verification_status", "display_phone_number",
            "quality_rating", "platform_type", "throughput");
    private static final String TYPE = "WhatsAppBusinessPhoneNumber";
    /** What Meta has on a number and ours has not. */
    private static final List<String> ABSENT = List.of("username", "country_code", "certificate", "new_certificate",
            "new_name_status", "is_preverified_number", "is_on_biz_app", "eligibility_for_api_business_global_search",
            "conversational_automation");
    /** The portfolio that the account belongs to. */
    private static final String BUSINESS = "500000000000001";
    /** Whose health a number has besides, and the setting with the id of each: the app first. */
    private static final Map<String, String> ENTITIES = new TreeMap<>(Map.of("PHONE_NUMBER", "whatsapp.phone-number-id", "WABA", "whatsapp.waba-id",
            "APP", "whatsapp.app-id"));
    private static final int MOST_NUMBERS = 20;
    private static final List<String> SETTINGS = List.of("calling", "payload_encryption", "storage_configuration", "user_identity_change");

    private final Settings settings;
    private final OwnCallback own;

    SimulatedNumber(Settings settings, OwnCallback own) {
        this.settings = settings;
        this.own = own;
    }

    /**
     * @param accountJson what {@code PUT /mock/control/account} has named; {@code number} goes before what is known
     * @param stateJson what calls of the Graph API have changed
     */
    public String info(GraphCall call, String accountJson, String stateJson) {
        ObjectNode number = known(Json.read(accountJson), Json.read(stateJson), call.number(settings.get("whatsapp.phone-number-id")));
        return Json.write(GraphFields.of(number, call.param("fields"), BY_DEFAULT, TYPE));
    }

    // Only a number that was added has its digits in its state; it begins unverified, and is connected once it is registered.
    private ObjectNode known(JsonNode account, JsonNode state, String id) {
        boolean added = state.has("digits");
        boolean registered = state.path("registered").asBoolean(true);
        String digits = state.path("digits").asText(settings.get("whatsapp.simulator.phone-number"));
        ObjectNode known = Json.object();
        ABSENT.forEach(known::putNull);
        known.put("verified_name", state.path("verified_name").asText("Example Shop"));
        known.put("code_verification_status", state.path("codeVerificationStatus").asText("VERIFIED"));
        known.put("display_phone_number", "+" + digits);
        known.put("quality_rating", registered || !added ? "GREEN" : "UNKNOWN");
        known.put("platform_type", "CLOUD_API");
        known.putObject("throughput").put("level", "STANDARD");
        known.put("name_status", "APPROVED");
        known.put("status", registered ? "CONNECTED" : added && !state.has("attempts") ? "PENDING" : "DISCONNECTED");
        known.put("account_mode", "LIVE");
        known.put("host_platform", "CLOUD_API");
        String country = PhoneNumbers.countryCode(digits);
        known.put("country_dial_code", country);
        if (country.equals("1")) {
            known.put("country_code", "US");
        }
        known.put("unified_cert_status", "APPROVED");
        known.put("messaging_limit_tier", tier(settings.getInt("whatsapp.simulator.messaging-limit")));
        known.put("is_official_business_account", false);
        known.put("is_pin_enabled", state.hasNonNull("pin"));
        known.put("search_visibility", state.path("search_visibility").asText("VISIBLE"));
        known.set("whatsapp_business_manager_messaging_limit", known.path("messaging_limit_tier"));
        known.put("last_onboarded_time", "2026-01-05T09:30:00+0000");
        known.set("health_status", health(account, id));
        ObjectNode webhook = known.putObject("webhook_configuration");
        put(webhook, "phone_number", account.path("webhooks").path(added ? id : "number"));
        put(webhook, "whatsapp_business_account", account.at("/webhooks/account"));
        webhook.put("application", account.at("/webhooks/app").asText(own.shown()));
        put(known, "username", state.path("username"));
        put(known, "new_display_name", state.path("new_display_name"));
        known.put("id", id);
        if (account.path("number").isObject() && !added) {
            known.setAll((ObjectNode) account.path("number"));
        }
        known.putObject("quality_score").put("score", known.path("quality_rating").asText());
        return known;
    }

    private static String tier(int customers) {
        return "TIER_" + (customers >= SendMemory.UNLIMITED ? "UNLIMITED" : customers % 1000 == 0 ? customers / 1000 + "K" : customers);
    }

    /** Whether each of those that a message needs can send; the app without its subscription cannot hear what comes back. */
    private ObjectNode health(JsonNode account, String number) {
        JsonNode fields = account.path("fields");
        boolean hears = account.path("subscribed").asBoolean(true) && (!fields.isArray() || fields.toString().contains("\"messages\""));
        ObjectNode health = Json.object().put("can_send_message", hears ? "AVAILABLE" : "LIMITED");
        ArrayNode entities = health.putArray("entities");
        ENTITIES.forEach((type, id) -> entities.addObject().put("entity_type", type)
                .put("id", type.equals("PHONE_NUMBER") ? number : settings.get(id)).put("can_send_message", "AVAILABLE"));
        entities.addObject().put("entity_type", "BUSINESS").put("id", BUSINESS).put("can_send_message", "AVAILABLE");
        if (!hears) {
            ((ObjectNode) entities.path(0)).put("can_send_message", "LIMITED").putArray("additional_info").add("Your app is not subscribed to the"
                    + " message webhook. This means you will not receive any messages sent to your phone number.");
        }
        return health;
    }

    private static void put(ObjectNode node, String field, JsonNode value) {
        if (value.isTextual()) {
            node.set(field, value);
        }
    }

    /** {@code POST /{number}}; what of its state changes. */
    public String change(GraphCall call) {
        JsonNode wanted = call.json();
        ObjectNode change = Json.object();
        if (wanted.has("pin")) {
            change.put("pin", SimulatedRegistration.pin(call.param("pin")));
        }
        if (wanted.path("whatsapp_business_api_data").has("pin")) {
            change.put("pin", SimulatedRegistration.pin(wanted.path("whatsapp_business_api_data").path("pin").asText()));
        }
        JsonNode webhook = wanted.path("webhook_configuration");
        if (webhook.has("override_callback_uri")) {
            SimulatedAccount.override(webhook.path("override_callback_uri").asText(""), webhook.path("verify_token").asText(""),
                    "webhook_configuration['verify_token']");
        }
        if (wanted.hasNonNull("username") && !call.param("username").matches("(?!www)(?=.*[a-z])[a-z0-9_](?:[a-z0-9_]|\\.(?!\\.)){1,33}[a-z0-9_]")) {
            throw GraphError.wrong("Invalid parameter: username has not the form of one");
        }
        for (String field : List.of("username", "new_display_name", "connection_status", "search_visibility", "webhook_url")) {
            if (wanted.hasNonNull(field)) {
                change.put(field, call.param(field));
            }
        }
        if (change.isEmpty() && !webhook.has("override_callback_uri")) {
            throw GraphError.wrong("(#100) At least one parameter is required.");
        }
        return Json.write(change);
    }

    /** Where the number's callbacks go from now on: what {@code simulator-webhook-change} takes. */
    public String webhook(GraphCall call) {
        change(call);       // nothing of it when something is wrong
        JsonNode webhook = call.json().path("webhook_configuration");
        return SimulatedAccount.webhook(call.number("number"), webhook.path("override_callback_uri").asText(""), webhook.path("verify_token").asText(""));
    }

    /** {@code GET /{account}/phone_numbers}. */
    public String list(GraphCall call, String accountJson, String addedJson) {
        if (!call.param("filtering").isEmpty() && !call.json().path("filtering").isArray()) {
            throw GraphError.wrong("Invalid parameter: filtering must be valid JSON");
        }
        JsonNode account = Json.read(accountJson);
        List<ObjectNode> numbers = new ArrayList<>();
        JsonNode own = Json.object();
        for (JsonNode number : Json.read(addedJson)) {
            if (number.path("id").asText().equals(settings.get("whatsapp.phone-number-id"))) {
                own = number;
            } else {
                numbers.add(known(account, number, number.path("id").asText()));
            }
        }
        if (account.path("numberOfAccount").asBoolean(true)) {
            numbers.add(0, known(account, own, settings.get("whatsapp.phone-number-id")));
        }
        return GraphPage.of(call, numbers, number -> GraphFields.of(number, call.param("fields"), BY_DEFAULT, TYPE));
    }

    /** {@code POST /{account}/phone_numbers}; the number's state. */
    public String added(GraphCall call, String addedJson) {
        String country = call.param("cc");
        String number = call.param("phone_number").replaceFirst("^\\+", "");
        if (!country.matches("[1-9]\\d{0,2}") || !number.matches("[1-9]\\d{4,14}")) {
            throw GraphError.wrong("Invalid parameter: phone_number must be in E.164 format");
        }
        if (call.param("verified_name").isBlank()) {
            throw GraphError.required("verified_name");
        }
        String digits = number.startsWith(country) && number.length() > 10 ? number : country + number;
        JsonNode added = Json.read(addedJson);
        if (digits.equals(settings.get("whatsapp.simulator.phone-number")) || added.findValuesAsText("digits").contains(digits)) {
            throw GraphError.of(409, 100, "Phone number is already registered with WhatsApp Business").ofMethod();
        }
        if (added.size() >= MOST_NUMBERS) {
            throw GraphError.of(403, 200, "Phone number limit exceeded for this WhatsApp Business Account").subcode(1349175)
                    .toUser("Limit Exceeded", "You have reached the maximum number of phone numbers for this account");
        }
        return Json.write(Json.object().put("digits", digits).put("verified_name", call.param("verified_name"))
                .put("codeVerificationStatus", "NOT_VERIFIED").put("registered", false));
    }

    /** {@code GET /{number}/settings}. */
    public String settings(String stateJson) {
        return Json.write(settingsOf(Json.read(stateJson)));
    }

    private static ObjectNode settingsOf(JsonNode state) {
        ObjectNode answer = Json.object();
        answer.putObject("calling").put("status", "disabled").put("call_icon_visibility", "default")
                .put("callback_permission_status", "disabled");
        answer.putObject("payload_encryption").put("status", "disabled");
        answer.putObject("storage_configuration").put("status", "default");
        if (state.path("settings").isObject()) {
            answer.setAll((ObjectNode) state.path("settings"));
        }
        return answer;
    }

    /** {@code POST /{number}/settings}; what of its state changes. */
    public String changeSettings(GraphCall call, String stateJson) {
        ObjectNode all = settingsOf(Json.read(stateJson));
        boolean any = false;
        for (String field : SETTINGS) {
            if (call.json().path(field).isObject()) {
                any = true;
                ObjectNode changed = all.path(field).isObject() ? (ObjectNode) all.path(field) : all.putObject(field);
                changed.setAll((ObjectNode) call.json().path(field));
                changed.remove("client_encryption_key");
            }
        }
        if (!any) {
            throw GraphError.wrong("(#100) At least one of " + String.join(", ", SETTINGS) + " is required.");
        }
        JsonNode storage = call.json().path("storage_configuration");
        if (storage.has("enabled")) {
            all.putObject("storage_configuration").put("status", storage.path("enabled").asBoolean() ? "in_country_storage_enabled" : "default")
                    .put("data_localization_region", storage.path("region").asText(null));
        }
        return Json.write(Json.object().set("settings", all));
    }
}
