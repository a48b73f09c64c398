package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Bean {@code graphHeaders}: the headers of every answer of the Graph API - which request it was, its version, and how much of an
 * hour's calls the account has used.
 */
public final class GraphHeaders implements Processor {

    /** Management calls in an hour, of an account with a registered number. */
    private static final int MOST_CALLS = 5000;
    private static final String LATEST = "v25.0";
    private static final long HOUR_MS = 3_600_000;

    private final Settings settings;
    private final Clock clock;
    private final AtomicLong hour = new AtomicLong();
    private final AtomicInteger calls = new AtomicInteger();

    public GraphHeaders(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        GraphCall call = exchange.getVariable("call", GraphCall.class);
        GraphError refused = exchange.getVariable("refused", GraphError.class);
        String trace = refused == null ? GraphError.newTrace() : refused.getTrace();
        message.setHeader("x-fb-request-id", trace);
        message.setHeader("x-fb-trace-id", trace);
        message.setHeader("x-fb-rev", "1000000000");
        message.setHeader("facebook-api-version", call == null || call.version().isEmpty() ? LATEST : call.version());
        message.setHeader("Cache-Control", "private, no-cache, no-store, must-revalidate");
        message.setHeader("Vary", "Origin, Accept-Encoding");
        if (call != null) {
            usage(message, call.getKind().equals("account") ? "whatsapp_business_management" : "whatsapp");
        }
        if (refused != null && refused.getAuthenticate() != null) {
            message.setHeader("WWW-Authenticate", refused.getAuthenticate());
        }
    }

    private void usage(Message message, String type) {
        long now = clock.millis() / HOUR_MS;
        if (hour.getAndSet(now) != now) {
            calls.set(0);
        }
        int used = Math.min(100, (type.equals("whatsapp") ? calls.get() : calls.incrementAndGet()) * 100 / MOST_CALLS);
        message.setHeader("x-app-usage", "{\"call_count\":" + used + ",\"total_cputime\":0,\"total_time\":0}");
        message.setHeader("x-business-use-case-usage", Json.write(Json.object().set(settings.get("whatsapp.waba-id"),
                Json.MAPPER.createArrayNode().add(Json.object().put("type", type).put("call_count", used).put("total_cputime", 0)
                        .put("total_time", 0).put("estimated_time_to_regain_access", 0)))));
    }
}
