package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.settings.Settings;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Bean {@code graphHeaders}: the headers of every answer of the Graph API - which request it was, its version, and how much is used of
 * what there may be: of an hour's calls to the account, and of a second's messages.
 */
public final class GraphHeaders implements Processor {

    private static final String LATEST = "v26.0";

    private final Settings settings;
    private final ManagementCalls calls;
    private final SendPolicy sends;

    GraphHeaders(Settings settings, ManagementCalls calls, SendPolicy sends) {
        this.settings = settings;
        this.sends = sends;
        this.calls = calls;
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
            usage(message, call.getKind().equals("account"), refused != null && refused.isThrottling());
        }
        if (refused != null && refused.getAuthenticate() != null) {
            message.setHeader("WWW-Authenticate", refused.getAuthenticate());
        }
    }

    private void usage(Message message, boolean management, boolean throttled) {
        int managed = throttled && management ? 100 : calls.used();
        int sent = throttled && !management ? 100 : sends.used();
        message.setHeader("x-app-usage", "{\"call_count\":" + (management ? managed : sent) + ",\"total_cputime\":0,\"total_time\":0}");
        message.setHeader("x-business-use-case-usage", "{\"" + settings.get("whatsapp.waba-id") + "\":["
                + usage("whatsapp_business_management", managed, calls.minutesLeft()) + "," + usage("whatsapp", sent, 1) + "]}");
    }

    /** @param minutes until all of it may be used again */
    private static String usage(String type, int percent, long minutes) {
        return "{\"type\":\"" + type + "\",\"call_count\":" + percent + ",\"total_cputime\":0,\"total_time\":0,"
                + "\"estimated_time_to_regain_access\":" + (percent < 100 ? 0 : minutes) + "}";
    }
}
