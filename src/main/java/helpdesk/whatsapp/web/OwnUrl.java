package helpdesk.whatsapp.web;

import helpdesk.whatsapp.settings.Settings;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/** The address of our own HTTP server, made from the port that is really bound. */
public final class OwnUrl implements Supplier<String> {

    private final CamelContext context;
    private final Settings settings;

    public OwnUrl(CamelContext context, Settings settings) {
        this.context = context;
        this.settings = settings;
    }

    /** The port that is bound; 0 or less while none is. */
    public int port() {
        return context.getRegistry().findByType(VertxPlatformHttpRouter.class).stream()
                .filter(VertxPlatformHttpRouter::isMainServer).findFirst()
                .map(router -> router.getServer().getPort()).orElse(0);
    }

    /** For example {@code http://127.0.0.1:8080}. */
    @Override
    public String get() {
        String host = settings.get("camel.server.host");
        boolean any = host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
        return "http://" + (any ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host) + ":" + port();
    }
}
