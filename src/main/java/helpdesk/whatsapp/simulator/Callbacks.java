package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.settings.Settings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What {@link CallbackRoutes} does with callbacks besides routing them. */
final class Callbacks {

    private static final String OUR_WEBHOOK = "/api/integrations/whatsapp/webhook";
    /** Fields whose events go to an address of the account or the number, where there is one; all others go to the app's. */
    private static final Set<String> OVERRIDDEN = Set.of("messages", "message_echoes", "calls", "consumer_profile", "messaging_handovers",
            "group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update",
            "smb_message_echoes", "smb_app_state_sync", "history", "account_settings_update");

    private final Settings settings;
    private final Supplier<String> ownUrl;
    private final CallbackTarget.Handshakes handshakes;

    Callbacks(Settings settings, Supplier<String> ownUrl) {
        this.settings = settings;
        this.ownUrl = ownUrl;
        handshakes = new CallbackTarget.Handshakes(settings);
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
        Object webhooks = rows.isEmpty() ? null : rows.get(0).get("webhooks");
        JsonNode set = webhooks == null ? Json.object() : Json.read((String) webhooks);
        List<Callback> callbacks = new ArrayList<>();
        for (Map<String, Object> row : rows) {
            Callback next = new Callback(row, target((String) row.get("kind"), set));
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

    private CallbackTarget target(String kind, JsonNode set) {
        String field = kind.startsWith(Callback.EVENT) ? kind.substring(Callback.EVENT.length()) : "messages";
        for (String scope : OVERRIDDEN.contains(field) ? List.of("number", "account", "app") : List.of("app")) {
            if (set.has(scope)) {
                return new CallbackTarget(set.path(scope).path("url").asText(), set.path(scope).path("verifyToken").asText());
            }
        }
        String configured = settings.get("whatsapp.simulator.callback-url");
        return new CallbackTarget(configured.isEmpty() ? ownUrl.get() + OUR_WEBHOOK : configured, settings.get("whatsapp.verify-token"));
    }

    /** Addresses of the batch that are not verified yet. */
    List<CallbackTarget> unverified(List<Callback> batch) {
        Set<CallbackTarget> targets = new LinkedHashSet<>();
        batch.forEach(callback -> targets.add(callback.target()));
        return targets.stream().filter(handshakes::isNeeded).toList();
    }

    /** Nothing goes to an address that has not taken the handshake: that counts as a try. */
    boolean mayBePosted(Exchange exchange) {
        Callback callback = exchange.getVariable("callback", Callback.class);
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
        callbacks.forEach(callback -> callback.ids().forEach(id -> results.addObject().put("id", id)
                .put("done", callback.isDelivered() || callback.isGivenUp())));
        return Json.write(results);
    }
}
