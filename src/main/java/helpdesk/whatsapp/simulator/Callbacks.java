package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What {@link CallbackRoutes} does with callbacks besides routing them. */
final class Callbacks {

    /** Fields whose events go to an address of the account or the number, where there is one; all others go to the app's. */
    private static final Set<String> OVERRIDDEN = Set.of("messages", "message_echoes", "calls", "consumer_profile", "messaging_handovers",
            "group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update",
            "smb_message_echoes", "smb_app_state_sync", "history", "account_settings_update");
    private static final Set<String> OTHERS = Set.of("account_alerts", "account_review_update", "account_update", "automatic_events",
            "business_capability_update", "business_username_updates", "flows", "message_template_components_update",
            "message_template_quality_update", "message_template_status_update", "partner_solutions", "payment_configuration_update",
            "phone_number_name_update", "phone_number_quality_update", "security", "template_category_update", "user_id_update",
            "user_preferences");

    private static final Pattern NUMBER = Pattern.compile("\"phone_number_id\":\"(\\d+)\"");

    private final Settings settings;
    private final OwnCallback own;
    private final CallbackTarget.Handshakes handshakes;

    Callbacks(Settings settings, OwnCallback own) {
        this.settings = settings;
        this.own = own;
        handshakes = new CallbackTarget.Handshakes(settings);
    }

    /** Whether a field goes to an address of the account or the number; what comes of such has no time of its own. */
    static boolean isLikeMessages(String field) {
        return OVERRIDDEN.contains(field);
    }

    /** The fields of the webhook that an app can subscribe to; until it says which, it has all. */
    static List<String> fields() {
        return Stream.concat(OVERRIDDEN.stream(), OTHERS.stream()).sorted().toList();
    }

    CallbackTarget.Handshakes handshakes() {
        return handshakes;
    }

    /** How many times faster than Meta's the clock runs by which a callback is tried again. */
    Object speed() {
        return Math.max(1, settings.getInt("whatsapp.simulator.retry-speed"));
    }

    /** Of the rows that were claimed, those together that go in one post. */
    List<Callback> of(List<Map<String, Object>> rows) {
        JsonNode subscription = rows.isEmpty() ? Json.object() : Json.read((String) rows.get(0).get("subscription"));
        List<Callback> callbacks = new ArrayList<>();
        for (Map<String, Object> row : rows) {
            Callback next = new Callback(row, target(row, subscription));
            Callback open = next.batch() == 1 ? null : callbacks.stream().filter(callback -> callback.ids().size() < callback.batch()
                    && callback.target().equals(next.target())).findFirst().orElse(null);
            if (open == null) {
                callbacks.add(next);
            } else {
                open.add(next);
            }
        }
        return callbacks;
    }

    /** As Meta does: without the account's subscription nothing is delivered, without the app's to the field nothing of it. */
    private CallbackTarget target(Map<String, Object> row, JsonNode subscription) {
        String kind = (String) row.get("kind");
        String field = kind.startsWith(Callback.EVENT) ? kind.substring(Callback.EVENT.length()) : "messages";
        if (!subscription.path("subscribed").asBoolean(true)) {
            return CallbackTarget.nobody("the app is not subscribed to the account.");
        }
        JsonNode fields = subscription.path("fields");
        if (fields.isArray() && StreamSupport.stream(fields.spliterator(), false).noneMatch(one -> one.asText().equals(field))) {
            return CallbackTarget.nobody("the app has not subscribed to the field " + field + ".");
        }
        JsonNode set = subscription.path("webhooks");
        for (String scope : isLikeMessages(field) ? List.of(number(set, (byte[]) row.get("body")), "account", "app") : List.of("app")) {
            if (set.has(scope)) {
                String verifyToken = set.path(scope).path("verifyToken").asText();
                return CallbackTarget.of(set.path(scope).path("url").asText(), verifyToken.isEmpty() ? own.verifyToken() : verifyToken);
            }
        }
        return own.url().isEmpty() ? CallbackTarget.nobody("no address is set.") : CallbackTarget.of(own.url(), own.verifyToken());
    }

    /** Whose address goes first: that of the number that the callback is about. An added one has its id for a scope. */
    private String number(JsonNode set, byte[] body) {
        if (set.isEmpty()) {
            return "number";
        }
        Matcher number = NUMBER.matcher(new String(body, StandardCharsets.ISO_8859_1));
        return !number.find() || number.group(1).equals(settings.get("whatsapp.phone-number-id")) ? "number" : number.group(1);
    }

    /** Addresses of the batch that are not verified yet. */
    List<CallbackTarget> unverified(List<Callback> batch) {
        Set<CallbackTarget> targets = new LinkedHashSet<>();
        batch.forEach(callback -> targets.add(callback.target()));
        return targets.stream().filter(handshakes::isNeeded).toList();
    }

    /** Nothing goes to nobody, nor to an address that has not taken the handshake: that counts as a try. */
    boolean mayBePosted(Exchange exchange) {
        Callback callback = exchange.getVariable("callback", Callback.class);
        if (callback.target().isNobody()) {
            callback.failed(callback.target().nobody());
            return false;
        }
        if (handshakes.isNeeded(callback.target())) {
            callback.failed("The handshake has failed.");
            return false;
        }
        return true;
    }

    /** The request: the stored bytes, and the signature over exactly them. */
    void prepare(Exchange exchange) {
        Callback callback = exchange.getVariable("callback", Callback.class);
        String secret = settings.get("whatsapp.app-secret");
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, "POST");
        message.setHeader(Exchange.HTTP_URI, callback.getUrl());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setHeader("User-Agent", "facebookexternalua");
        message.setHeader("X-Hub-Signature-256", SignatureVerifier.header(callback.getBody(),
                callback.isSignedWrongly() ? "not " + secret : secret));
        message.setBody(callback.getBody());
    }

    void answered(Exchange exchange) {
        exchange.getVariable("callback", Callback.class)
                .answered(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class));
    }

    void failed(Exchange exchange) {
        Throwable fault = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        exchange.getVariable("callback", Callback.class).failed(fault.getClass().getSimpleName() + ": " + fault.getMessage());
    }

    /** The parameter of {@code sql/simulator/settle-callbacks.sql}. */
    String results(List<Callback> callbacks) {
        ArrayNode results = Json.MAPPER.createArrayNode();
        for (Callback callback : callbacks) {
            for (long id : callback.ids()) {
                ObjectNode result = results.addObject().put("id", id).put("done", callback.isDelivered() || callback.isGivenUp());
                if (callback.isGivenUp() || !callback.getUrl().equals(own.url())) {
                    result.putObject("webhook").put("state", callback.isGivenUp() ? "FAILED" : "DELIVERED").put("uri", callback.getUrl());
                }
            }
        }
        return Json.write(results);
    }
}
