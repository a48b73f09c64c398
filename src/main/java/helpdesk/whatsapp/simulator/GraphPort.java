package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.StartRefused;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Door;
import helpdesk.whatsapp.web.HttpServers;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Graph API at the root of a port of its own, with TLS if it is wanted: for clients that take a host and no path. What comes there
 * goes on as if it had been called below {@link GraphCall#BASE}, and has nothing else.
 */
public final class GraphPort extends LifecycleStrategySupport implements Door {

    /** A header of ours: how the caller reached the root, for example {@code https://localhost:8443}. */
    static final String ROOT = "Simulator-Root";

    private static final Logger LOG = LoggerFactory.getLogger(GraphPort.class);
    private static final long PATIENCE_S = 30;
    private static final String JSON = "application/json; charset=UTF-8";
    private static final Pattern MALFORMED = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    /** For Java's key stores, and the password that opens them. */
    record Keys(Path keyStore, String password) {
    }

    private final Settings settings;
    private final CompletableFuture<Keys> keys;
    private volatile HttpServer server;

    /** Begins to make a certificate if one is needed. */
    public GraphPort(Settings settings) {
        this.settings = settings;
        keys = isWanted(settings) && isSecure() ? CompletableFuture.supplyAsync(this::keys) : null;
    }

    public static boolean isWanted(Settings settings) {
        return !settings.get("whatsapp.simulator.port").isEmpty();
    }

    private boolean isSecure() {
        return settings.getBoolean("whatsapp.simulator.tls");
    }

    private Keys keys() {
        String given = settings.get("whatsapp.simulator.tls.key-store");
        return given.isEmpty() ? new SelfSigned(Path.of(settings.get("whatsapp.data-dir"), "simulator", "tls"),
                settings.get("whatsapp.simulator.tls.names")).keys() : new Keys(Path.of(given), settings.get("whatsapp.simulator.tls.key-store-password"));
    }

    @Override
    public void attach(Router router, int order) {
        router.route().order(order).handler(this::toBase);
    }

    // A path that cannot be decoded would not reach any handler of the router.
    private static void take(HttpServerRequest request, Router router) {
        if (request.path() == null || !MALFORMED.matcher(request.path()).find()) {
            router.handle(request);
            return;
        }
        GraphError error = GraphError.wrong("The address is not encoded properly.");
        request.response().setStatusCode(error.getStatus()).putHeader("Content-Type", JSON).end(error.toJson());
    }

    private static void refuse(HttpServerRequest unreadable) {
        GraphError error = GraphError.of(HttpServers.problem(unreadable));
        HttpServers.refuse(unreadable, error.getStatus(), JSON, error.toJson());
    }

    private void toBase(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        boolean atRoot = server != null && request.localAddress().port() == server.actualPort();
        if (!atRoot) {
            request.headers().remove(ROOT);
        } else if (ctx.get(ROOT) == null) {
            ctx.put(ROOT, true);
            request.headers().set(ROOT, request.scheme() + "://"
                    + (request.authority() == null ? "localhost:" + server.actualPort() : request.authority()));
            String path = request.path() == null || !request.path().startsWith("/") ? "/" : request.path();
            ctx.reroute(GraphCall.BASE + path + (request.query() == null ? "" : "?" + request.query()));
            return;
        }
        ctx.next();
    }

    // Vert.x closes it together with the main server.
    @Override
    public void onContextStarted(CamelContext context) {
        if (!isWanted(settings)) {
            return;
        }
        VertxPlatformHttpRouter router = context.getRegistry().findByType(VertxPlatformHttpRouter.class).stream()
                .filter(VertxPlatformHttpRouter::isMainServer).findFirst().orElseThrow();
        String host = settings.get("camel.server.host");
        try {
            HttpServerOptions options = new HttpServerOptions();
            if (keys != null) {
                Keys with = keys.get();
                options.setSsl(true).setUseAlpn(true)
                        .setKeyCertOptions(new PfxOptions().setPath(with.keyStore().toString()).setPassword(with.password()));
            }
            server = router.vertx().createHttpServer(options).requestHandler(request -> take(request, router))
                    .invalidRequestHandler(GraphPort::refuse);
            server.listen(settings.getInt("whatsapp.simulator.port"), host.isEmpty() ? "0.0.0.0" : host)
                    .toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof StartRefused refused ? refused : new StartRefused("The simulator's port cannot be opened ("
                    + cause.getMessage() + "). Look at WHATSAPP_SIMULATOR_PORT and WHATSAPP_SIMULATOR_TLS_KEY_STORE.", cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused("Interrupted while the simulator's port was opened.", e);
        }
        LOG.info("The simulated Graph API is also at the root of {}://{}:{}", isSecure() ? "https" : "http",
                host.isEmpty() || host.equals("0.0.0.0") ? "127.0.0.1" : host, server.actualPort());
    }
}
