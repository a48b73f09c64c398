package helpdesk.whatsapp.web;

import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.simulator.GraphError;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationConfigEntry;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What holds for every HTTP request before a route sees it: nothing is answered until all routes stand, some paths have a
 * {@link Door}, bodies have a limit, and what no route answers is a {@link Problem}, or what Meta says where Meta is simulated.
 */
public final class HttpEdge extends LifecycleStrategySupport {

    static final int JSON_LIMIT = 4 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(HttpEdge.class);
    /** Bytes of bodies that may be under way together: each costs about three times its size while it is read. */
    private static final long BODIES_LIMIT = 24L * 1024 * 1024;
    /** What a body counts at first whose sender does not say its length; as it comes, it counts what has come. */
    private static final long UNTOLD_LENGTH = 64L * 1024;
    private static final Problem TOO_MANY = new Problem(503, "busy", "Too much is being sent at the same time. Try again.");
    /** Beside the simulated Graph API. */
    private static final List<String> UPLOADS = List.of("/api/whatsapp/media", "/api/whatsapp/profile/picture", GraphError.INBOUND);
    private static final String MULTIPART = "multipart/form-data";
    private static final String BEARER = "Bearer ";
    private static final Set<HttpMethod> WITH_FORMS = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);
    private static final int FIRST = -1000;
    /** HTTP/2's error code for a peer that sends more than it may (RFC 9113, section 7). */
    private static final long ENHANCE_YOUR_CALM = 0x0b;
    private static final long LOOK_EVERY_MS = 5;
    private static final Problem TOO_LARGE = new Problem(413, "too-large", "The body is larger than 4 MB.");

    private final CamelContext context;
    private final Settings settings;
    private final List<Door> doors;
    private final BodyHandler counted = BodyHandler.create(false).setBodyLimit(JSON_LIMIT);
    private final BodyRoom room = new BodyRoom(BODIES_LIMIT);
    private final AtomicBoolean attached = new AtomicBoolean();
    private HttpServers servers;

    /** @param doors in the order in which a request comes to them */
    public HttpEdge(CamelContext context, Settings settings, List<Door> doors) {
        this.context = context;
        this.settings = settings;
        this.doors = doors;
    }

    // Its port is open before the first route of ours stands at its router; what it puts before its router is there from the beginning.
    @Override
    public void onContextStarting(CamelContext starting) {
        AuthenticationConfig first = starting.hasService(MainHttpServer.class).getConfiguration().getAuthenticationConfig();
        first.setEnabled(true);
        first.getEntries().add(new Gate());
        servers = new HttpServers();
        starting.hasServices(VertxPlatformHttpServer.class).forEach(server -> server.setVertx(servers));
    }

    // Camel closes only what it has made itself.
    @Override
    public void onContextStopped(CamelContext stopped) {
        if (servers != null) {
            servers.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** What every request passes first. */
    private final class Gate extends AuthenticationConfigEntry {

        Gate() {
            setPath("/*");
        }

        @Override
        public Handler<RoutingContext> createAuthenticationHandler(Vertx vertx) {
            vertx.exceptionHandler(HttpEdge::unhandled);
            return HttpEdge.this::whenStarted;
        }
    }

    // The router exists from here on, and no consumer has started yet.
    @Override
    public void onRoutesAdd(Collection<Route> routes) {
        Optional<VertxPlatformHttpRouter> found =
                context.getRegistry().findByType(VertxPlatformHttpRouter.class).stream()
                        .filter(VertxPlatformHttpRouter::isMainServer).findFirst();
        if (found.isPresent() && attached.compareAndSet(false, true)) {
            attach(found.get());
        }
    }

    private void attach(VertxPlatformHttpRouter router) {
        if (router.getServer().getServer().requestHandler() instanceof Router whole) {
            whole.errorHandler(400, HttpEdge::undecodable);
        }
        for (int i = 0; i < doors.size(); i++) {
            doors.get(i).attach(router, FIRST + i * Door.ORDERS);
        }
        router.route().order(FIRST + doors.size() * Door.ORDERS).handler(this::limitBody).failureHandler(this::failed);
        router.route().last().handler(new Unanswered(router));
    }

    private void whenStarted(RoutingContext ctx) {
        if (!WITH_FORMS.contains(ctx.request().method())) {
            ctx.request().headers().remove(HttpHeaders.CONTENT_TYPE);       // of a form with another method, reading the body would fail
        }
        if (!isDecodable(ctx.request())) {
            undecodable(ctx);
        } else if (context.isStarted()) {
            ctx.next();
        } else {
            ctx.response().putHeader("Retry-After", "1");
            answer(ctx, new Problem(503, "starting", "The service is starting or stopping. Try again."));
        }
    }

    // Uploads have the server's own limit: they go to disk. Whatever else has a body, by any method, is limited: a length is
    // believed (HTTP holds the sender to it), and a body in chunks is read here, where it is counted.
    private void limitBody(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (isUpload(ctx)) {
            ctx.next();
        } else if (length != null && Long.parseLong(length) > JSON_LIMIT) {
            ctx.response().putHeader(HttpHeaders.CONNECTION, "close");
            answer(ctx, TOO_LARGE);
        } else if (length != null) {
            within(Long.parseLong(length), ctx, share -> ctx.next());
        } else if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            within(UNTOLD_LENGTH, ctx, share -> {
                watch(ctx, share);
                counted.handle(ctx);
            });
        } else if (request.version() == HttpVersion.HTTP_2 && !request.isEnded()) {
            within(UNTOLD_LENGTH, ctx, share -> {
                watch(ctx, share);
                ctx.next();
            });
        } else {
            ctx.next();
        }
    }

    // All bodies together are limited before anything of them is read, whoever sends them: nobody has shown a signature yet. So who
    // announces one has a time to send it, answered or not.
    private void within(long bytes, RoutingContext ctx, Handler<BodyRoom.Share> go) {
        long timer = ctx.vertx().setTimer(settings.getInt("whatsapp.http.body-timeout"), late -> cutOff(ctx));
        BodyRoom.Share share = room.new Share();
        if (!share.growTo(bytes)) {
            share.end();
            ctx.response().putHeader("Retry-After", "1").putHeader(HttpHeaders.CONNECTION, "close");
            answer(ctx, TOO_MANY);
            return;
        }
        ctx.addEndHandler(done -> {
            share.end();
            if (ctx.request().isEnded()) {
                ctx.vertx().cancelTimer(timer);
            }
        });
        go.handle(share);
    }

    private static void cutOff(RoutingContext ctx) {
        if (ctx.request().isEnded()) {
            return;
        }
        if (ctx.request().version() == HttpVersion.HTTP_2) {
            ctx.response().reset(ENHANCE_YOUR_CALM);        // others share the connection
        } else {
            ctx.request().connection().close();
        }
    }

    // Who does not say a length takes room as the body comes. Over HTTP/2 any request may have such a body, and Camel's body handler
    // cannot take over one that was read already: so whether it is too large is looked at here, too, while it is read.
    private static void watch(RoutingContext ctx, BodyRoom.Share share) {
        HttpServerRequest request = ctx.request();
        long timer = ctx.vertx().setPeriodic(LOOK_EVERY_MS, id -> {
            boolean fits = share.growTo(request.bytesRead());
            if (request.isEnded()) {
                ctx.vertx().cancelTimer(id);
            }
            if (request.version() == HttpVersion.HTTP_2 && request.bytesRead() > JSON_LIMIT && !ctx.response().ended()) {
                ctx.vertx().cancelTimer(id);
                ctx.response().reset(ENHANCE_YOUR_CALM);    // an answer would wait for a client that goes on sending
            } else if (!fits) {
                cutOff(ctx);
            }
        });
        ctx.addEndHandler(done -> ctx.vertx().cancelTimer(timer));
    }

    private static boolean isUpload(RoutingContext ctx) {
        String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String path = ctx.normalizedPath();
        boolean simulated = path.startsWith(GraphError.PATHS);
        if (simulated && path.contains("/upload:")) {
            return true;
        }
        return type != null && type.regionMatches(true, 0, MULTIPART, 0, MULTIPART.length())
                && (simulated || UPLOADS.contains(path))
                && (ctx.request().method().equals(HttpMethod.POST) || ctx.request().method().equals(HttpMethod.PUT));
    }

    private void failed(RoutingContext ctx) {
        if (ctx.failure() instanceof HttpClosedException) {
            return;     // before its body had come: nobody is there to be answered
        }
        if (ctx.statusCode() == 413) {
            answer(ctx, isUpload(ctx) ? new Problem(413, "too-large", "The upload is larger than "
                    + settings.get("camel.server.maxBodySize") + " bytes.") : TOO_LARGE);
        } else if (ctx.statusCode() == 400 || isOfEncoding(ctx.failure())) {
            answer(ctx, new Problem(400, "bad-request", "The request is not encoded properly."));
            if (ctx.request().connection() instanceof ConnectionBase connection) {
                connection.channel().flush();       // before it is closed, as it is after chunks that are none
            }
        } else {
            ctx.next();
        }
    }

    // Otherwise it fails while a form is read, and nobody answers.
    private static boolean isDecodable(HttpServerRequest request) {
        try {
            return request.query() == null || request.params() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    // Vert.x closes the file of an upload whose client goes away, and then fails to close it once more.
    private static void unhandled(Throwable failure) {
        if (isOf("cancelStreamToFileSystem", failure)) {
            LOG.info("An upload broke off: its client has gone.");
        } else {
            LOG.error("Unhandled exception", failure);
        }
    }

    /** A path that is not encoded properly does not even reach us: the server's own router fails. */
    private static void undecodable(RoutingContext ctx) {
        if (!ctx.response().ended()) {
            answer(ctx, ctx.request().path(), new Problem(400, "bad-request", "The address is not encoded properly."));
        }
    }

    // A form's content type is read before its body is, and whatever is wrong with it, or with the chunks of a body, is thrown.
    private static boolean isOfEncoding(Throwable failure) {
        return failure != null && (isOf("setExpectMultipart", failure)
                || Arrays.stream(failure.getStackTrace()).anyMatch(frame -> frame.getClassName().equals(HttpObjectDecoder.class.getName())));
    }

    private static boolean isOf(String method, Throwable failure) {
        return Arrays.stream(failure.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals(method));
    }

    /** The token of the header Authorization; empty when there is none. */
    public static String bearer(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).trim() : "";
    }

    /** Meta's envelope where Meta is simulated. */
    public static void answer(RoutingContext ctx, Problem problem) {
        answer(ctx, ctx.normalizedPath(), problem);
    }

    private static void answer(RoutingContext ctx, String path, Problem problem) {
        if (path.startsWith(GraphError.PATHS)) {
            write(ctx, problem.getStatus(), "application/json; charset=UTF-8", GraphError.of(problem).toJson());
        } else {
            write(ctx, problem.getStatus(), "application/problem+json", problem.toJson());
        }
    }

    static void write(RoutingContext ctx, int status, String contentType, String json) {
        ctx.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, contentType).end(json);
    }
}
