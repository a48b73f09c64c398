package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.util.ArrayList;
import java.util.List;

/** Bean {@code simulatedNumber}: what Meta tells of the business number and of the others of the account, and what can be changed of it. */
public final class SimulatedNumber {

    private static final List<String> BY_DEFAULT = List.of("verified_name", "code_verification_status", "display_phone_number",
            "quality_rating", "platform_type", "throughput");
    private static final String TYPE = "WhatsAppBusinessPhoneNumber";
    /** What Meta has on a number and ours has not. */
    private static final List<String> ABSENT = List.of("username", "country_code", "last_onboarded_time", "certificate", "new_certificate",
            "new_name_status", "is_preverified_number", "eligibility_for_api_business_global_search",
            "conversational_automation");
    private static final int MOST_NUMBERS = 20;
    private static final List<String> SETTINGS = List.of("calling", "payload_encryption", "storage_configuration", "user_identity_change");

    private final Settings settings;

    public SimulatedNumber(Settings settings) {
        this.settings = settings;
    }

    /**
     * @param accountJson what {@code PUT /mock/control/account} has named; {@code number} goes before what is known
     * @param stateJson what calls of the Graph API have changed
     */
    public String info(GraphCall call, String accountJson, String stateJson) {
        ObjectNode number = known(Json.read(accountJson), Json.read(stateJson));
        return Json.write(GraphFields.of(number, call.param("fields"), BY_DEFAULT, TYPE));
    }

    private ObjectNode known(JsonNode account, JsonNode state) {
        ObjectNode known = Json.object();
        ABSENT.forEach(known::putNull);
        known.put("verified_name", "Example Shop");
        known.put("code_verification_status", state.path("codeVerificationStatus").asText("VERIFIED"));
        known.put("display_phone_number", "+" + settings.get("whatsapp.simulator.phone-number"));
        known.put("quality_rating", "GREEN");
        known.put("platform_type", "CLOUD_API");
        known.putObject("throughput").put("level", "STANDARD");
        known.put("name_status", "APPROVED");
        known.put("status", state.path("registered").asBoolean(true) ? "CONNECTED" : "DISCONNECTED");
        known.put("account_mode", "LIVE");
        known.put("host_platform", "CLOUD_API");
        String country = PhoneNumbers.countryCode(settings.get("whatsapp.simulator.phone-number"));
        known.put("country_dial_code", country);
        if (country.equals("1")) {
            known.put("country_code", "US");
        }
        known.put("unified_cert_status", "APPROVED");
        known.put("messaging_limit_tier", "TIER_250");
        known.put("is_official_business_account", false);
        known.put("is_pin_enabled", state.hasNonNull("pin"));
        known.put("search_visibility", state.path("search_visibility").asText("VISIBLE"));
        known.put("whatsapp_business_manager_messaging_limit", "TIER_250");
        known.putObject("health_status").put("can_send_message", "AVAILABLE").putArray("entities")
                .addObject().put("entity_type", "PHONE_NUMBER").put("id", settings.get("whatsapp.phone-number-id"))
                .put("can_send_message", "AVAILABLE");
        ObjectNode webhook = known.putObject("webhook_configuration");
        put(webhook, "phone_number", state.path("override"));
        put(webhook, "whatsapp_business_account", account.path("override"));
        webhook.put("application", account.path("callbackUrl").asText(settings.get("whatsapp.simulator.callback-url")));
        put(known, "username", state.path("username"));
        put(known, "new_display_name", state.path("new_display_name"));
        known.put("id", settings.get("whatsapp.phone-number-id"));
        if (account.path("number").isObject()) {
            known.setAll((ObjectNode) account.path("number"));
        }
        return known;
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
            String override = webhook.path("override_callback_uri").asText("");
            if (override.isEmpty()) {
                change.putNull("override").putNull("verifyToken");
            } else if (webhook.path("verify_token").asText("").isEmpty()) {
                throw GraphError.required("webhook_configuration['verify_token']");
            } else {
                change.put("override", SimulatedAccount.address(override)).put("verifyToken", webhook.path("verify_token").asText());
            }
        }
        if (wanted.hasNonNull("username") && !call.param("username").matches("(?!www)(?=.*[a-z])[a-z0-9_](?:[a-z0-9_]|\\.(?!\\.)){1,33}[a-z0-9_]")) {
            throw GraphError.wrong("Invalid parameter: username has not the form of one");
        }
        for (String field : List.of("username", "new_display_name", "connection_status", "search_visibility", "webhook_url")) {
            if (wanted.hasNonNull(field)) {
                change.put(field, call.param(field));
            }
        }
        if (change.isEmpty()) {
            throw GraphError.wrong("(#100) At least one parameter is required.");
        }
        return Json.write(change);
    }

    /** Where the number's callbacks go from now on: what {@code simulator-webhook-set} takes. */
    public String webhook(GraphCall call) {
        change(call);       // nothing of it when something is wrong
        JsonNode webhook = call.json().path("webhook_configuration");
        return SimulatedAccount.webhook("number", webhook.path("override_callback_uri").asText(""), webhook.path("verify_token").asText(""));
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
                numbers.add(known(Json.object(), number).put("verified_name", number.path("verified_name").asText())
                        .put("display_phone_number", "+" + number.path("digits").asText()).put("status", "PENDING")
                        .put("code_verification_status", "NOT_VERIFIED").put("quality_rating", "UNKNOWN").put("id", number.path("id").asText()));
            }
        }
        if (account.path("numberOfAccount").asBoolean(true)) {
            numbers.add(0, known(account, own));
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
        return Json.write(Json.object().put("digits", digits).put("verified_name", call.param("verified_name")).put("registered", false));
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
