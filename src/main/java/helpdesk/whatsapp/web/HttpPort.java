package helpdesk.whatsapp.web;

import helpdesk.whatsapp.StartRefused;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.simulator.GraphPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A taken port stops the start: Camel would only warn, and requests would go to whoever owns the port. It is tried before
 * anything else is started, and looked at again when the server should stand.
 */
public final class HttpPort extends LifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);

    private final Settings settings;
    private final OwnUrl ownUrl;

    public HttpPort(Settings settings, OwnUrl ownUrl) {
        this.settings = settings;
        this.ownUrl = ownUrl;
    }

    /** Fails when a configured port cannot be listened on. */
    public void tryIt() {
        tryPort("camel.server", settings.get("camel.server.host"));
        if (settings.getBoolean("camel.management.enabled")) {
            tryPort("camel.management", settings.get("camel.management.host"));
        }
        if (settings.getBoolean("whatsapp.simulator.enabled") && GraphPort.isWanted(settings)) {
            tryPort("whatsapp.simulator", settings.get("camel.server.host"));
        }
    }

    private void tryPort(String server, String host) {
        int port = settings.getInt(server + ".port");
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host.isEmpty() ? InetAddress.getByName("0.0.0.0") : InetAddress.getByName(host),
                    port));
        } catch (IOException | IllegalArgumentException e) {        // taken, not ours to take; no port at all
            throw refused(server, host, port, e);
        }
    }

    @Override
    public void onContextStarted(CamelContext context) {
        if (ownUrl.port() <= 0) {
            throw refused("camel.server", settings.get("camel.server.host"), settings.getInt("camel.server.port"), null);
        }
        LOG.info("{} is up at {}", context.getName(), ownUrl.get());
    }

    private static StartRefused refused(String server, String host, int port, Exception cause) {
        String reason = cause == null ? "the HTTP server does not stand" : cause.getMessage();
        String variable = server.toUpperCase(Locale.ROOT).replace('.', '_');
        return new StartRefused("HTTP port " + port + " on " + host + " cannot be used (" + reason + "). Stop what listens there, or set "
                + variable + "_PORT" + (server.startsWith("camel.") ? " (and " + variable + "_HOST)" : "") + " to something else.", cause);
    }
}
