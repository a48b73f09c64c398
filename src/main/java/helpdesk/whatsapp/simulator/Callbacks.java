package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What {@link CallbackRoutes} does with callbacks besides routing them. */
final class Callbacks {

    private static final String OUR_WEBHOOK = "/api/integrations/whatsapp/webhook";

    private final Settings settings;
    private final Supplier<String> ownUrl;

    Callbacks(Settings settings, Supplier<String> ownUrl) {
        this.settings = settings;
        this.ownUrl = ownUrl;
    }

    /** Of the rows that were claimed. */
    List<Callback> of(List<Map<String, Object>> rows) {
        String configured = settings.get("whatsapp.simulator.callback-url");
        String url = configured.isEmpty() ? ownUrl.get() + OUR_WEBHOOK : configured;
        return rows.stream().map(row -> new Callback(row, url)).toList();
    }

    /** The request: the stored bytes, and the signature over exactly them. */
    void prepare(Exchange exchange) {
        Callback callback = exchange.getVariable("callback", Callback.class);
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_METHOD, "POST");
        message.setHeader(Exchange.HTTP_URI, callback.getUrl());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setHeader("User-Agent", "facebookexternalua");
        message.setHeader("X-Hub-Signature-256", SignatureVerifier.header(callback.getBody(), settings.get("whatsapp.app-secret")));
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
        callbacks.forEach(callback -> results.addObject().put("id", callback.id())
                .put("done", callback.isDelivered() || callback.isGivenUp()));
        return Json.write(results);
    }
}
