package helpdesk.whatsapp.web;

import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.security.ApiTokens;
import helpdesk.whatsapp.security.Sessions;
import helpdesk.whatsapp.settings.Mode;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.simulator.GraphError;
import io.netty.util.NetUtil;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationConfigEntry;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * What holds for every HTTP request before a route sees it: nothing is answered until all routes stand, the simulator does
 * not exist in real mode, the API wants a bearer token or a session, bodies have a limit, and what no route answers is a
 * {@link Problem}, or what Meta says where Meta is simulated.
 */
public final class HttpEdge extends LifecycleStrategySupport {

    private static final long JSON_LIMIT = 4L * 1024 * 1024;
    /** Whoever changes something below these needs the role admin. */
    private static final List<String> FOR_ADMINS = List.of("/api/whatsapp/mode", "/api/whatsapp/dead-letters", "/api/whatsapp/agents",
            "/api/whatsapp/contacts/sync", "/api/whatsapp/profile", "/api/whatsapp/settings", "/api/whatsapp/webhook", "/api/whatsapp/setup",
            "/mock/control/account", "/mock/control/data");
    /** Bytes of bodies that may be under way together: each costs about three times its size while it is read. */
    private static final long BODIES_LIMIT = 24L * 1024 * 1024;
    /** What a body counts whose sender does not say its length. */
    private static final long UNTOLD_LENGTH = 2L * 1024 * 1024;
    private static final Problem TOO_MANY = new Problem(503, "busy", "Too much is being sent at the same time. Try again.");
    private static final String MULTIPART = "multipart/form-data";
    private static final int FIRST = -1000;
    /** HTTP/2's error code for a peer that sends more than it may (RFC 9113, section 7). */
    private static final long ENHANCE_YOUR_CALM = 0x0b;
    private static final long LOOK_EVERY_MS = 5;
    private static final String SESSION = "/api/whatsapp/session";
    private static final String EVENTS = "/api/whatsapp/events";
    /** Of a request: the cookie of its session. */
    static final String OF_SESSION = "helpdesk-session";
    /** Sent by our pages with whatever changes something: another site's page cannot, without being asked first. */
    private static final String FROM_PAGE = "Helpdesk-Page";
    private static final Problem TOO_LARGE = new Problem(413, "too-large", "The body is larger than 4 MB.");

    private final CamelContext context;
    private final Settings settings;
    private final Mode mode;
    private final ApiTokens tokens;
    private final Sessions sessions;
    private final EventStream events;
    private final Assets assets = new Assets();
    private final BodyHandler counted = BodyHandler.create(false).setBodyLimit(JSON_LIMIT);
    private final AtomicLong underWay = new AtomicLong();
    private final AtomicBoolean attached = new AtomicBoolean();

    public HttpEdge(CamelContext context, Settings settings, Mode mode, ApiTokens tokens, Sessions sessions, EventStream events) {
        this.context = context;
        this.settings = settings;
        this.mode = mode;
        this.tokens = tokens;
        this.sessions = sessions;
        this.events = events;
    }

    // Its port is open before the first route of ours stands at its router; what it puts before its router is there from the beginning.
    @Override
    public void onContextStarting(CamelContext starting) {
        AuthenticationConfig first = starting.hasService(MainHttpServer.class).getConfiguration().getAuthenticationConfig();
        first.setEnabled(true);
        first.getEntries().add(new Gate());
    }

    /** What every request passes first. */
    private final class Gate extends AuthenticationConfigEntry {

        Gate() {
            setPath("/*");
        }

        @Override
        public Handler<RoutingContext> createAuthenticationHandler(Vertx vertx) {
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

    private void attach(Router router) {
        router.route("/mock/*").order(FIRST + 1).handler(this::whenSimulated);
        router.route("/api/whatsapp/*").order(FIRST + 2).handler(ctx -> authorise(ctx, false));
        router.route("/mock/control/*").order(FIRST + 2).handler(ctx -> authorise(ctx, true));
        router.get(EVENTS).order(FIRST + 3).handler(events);
        router.get("/").order(FIRST + 3).handler(assets);
        router.get("/ui/*").order(FIRST + 3).handler(assets);
        router.route().order(FIRST + 4).handler(this::limitBody).failureHandler(this::failed);
        router.route().last().handler(new Unanswered(router));
    }

    private void whenStarted(RoutingContext ctx) {
        if (context.isStarted()) {
            ctx.next();
        } else {
            ctx.response().putHeader("Retry-After", "1");
            answer(ctx, new Problem(503, "starting", "The service is starting or stopping. Try again."));
        }
    }

    private void whenSimulated(RoutingContext ctx) {
        if (mode.isReal()) {
            write(ctx, 404, "application/problem+json", new NotFound("There is no simulator in real mode.").toJson());
        } else {
            ctx.next();
        }
    }

    private void authorise(RoutingContext ctx, boolean orSimulatedToken) {
        TakeRequest.FROM_EDGE.forEach(ctx.request().headers()::remove);
        String authorization = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
        Cookie cookie = ctx.request().getCookie(Sessions.COOKIE);
        if (authorization == null && cookie != null && !cookie.getValue().isEmpty()) {
            session(ctx, cookie.getValue());
            return;
        }
        String token = authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).trim() : "";
        Optional<ApiTokens.Caller> caller = tokens.caller(token);
        if (caller.isEmpty() && orSimulatedToken && !token.isEmpty()
                && token.equals(settings.get("whatsapp.access-token"))) {
            caller = Optional.of(new ApiTokens.Caller("simulator", "agent"));
        }
        decide(ctx, caller);
    }

    // The database is asked beside the event loop; meanwhile the body waits.
    private void session(RoutingContext ctx, String cookie) {
        Optional<ApiTokens.Caller> caller = sessions.remembered(cookie);
        if (caller.isPresent()) {
            ofSession(ctx, cookie, caller);
            return;
        }
        ctx.request().pause();
        ctx.vertx().executeBlocking(() -> sessions.find(cookie), false).onComplete(found -> {
            ctx.request().resume();
            if (found.succeeded()) {
                ofSession(ctx, cookie, found.result());
            } else {
                ctx.response().putHeader("Retry-After", "5");
                answer(ctx, new Problem(503, "database-down", "The database does not answer at the moment. Try again."));
            }
        });
    }

    private void ofSession(RoutingContext ctx, String cookie, Optional<ApiTokens.Caller> caller) {
        HttpMethod method = ctx.request().method();
        String site = ctx.request().getHeader("Sec-Fetch-Site");
        boolean ours = ctx.request().headers().contains(FROM_PAGE) && (site == null || site.equals("same-origin"));
        if (caller.isPresent() && !ours && !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            answer(ctx, new Problem(403, "not-from-page", "With a session, only our own pages may change something: they send the header "
                    + FROM_PAGE + ". Programs use a token."));
            return;
        }
        ctx.put(OF_SESSION, cookie);
        ctx.request().headers().set(TakeRequest.SESSION, Hashes.sha256(cookie));
        decide(ctx, caller);
    }

    private void decide(RoutingContext ctx, Optional<ApiTokens.Caller> caller) {
        boolean mayBeNobody = ctx.normalizedPath().equals(SESSION) && !ctx.request().method().equals(HttpMethod.DELETE);
        if (caller.isEmpty() && !mayBeNobody) {
            ctx.response().putHeader("WWW-Authenticate", "Bearer");
            answer(ctx, new Problem(401, "unauthorized",
                    "Send the header Authorization: Bearer and an API token. The first start of the product prints one."));
        } else if (needsAdmin(ctx) && !caller.get().isAdmin()) {
            answer(ctx, new Problem(403, "forbidden", "This needs a token with the role admin."));
        } else {
            if (mayBeNobody) {
                ctx.request().headers().set(TakeRequest.ADDRESS, addressOf(ctx.request()));
            }
            caller.ifPresent(who -> ctx.request().headers().set(TakeRequest.ACTOR, who.name()).set(TakeRequest.ROLE, who.role()));
            ctx.next();
        }
    }

    // Of IPv6 the network: who has one address there has all of them.
    private static String addressOf(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        byte[] address = remote == null || remote.hostAddress() == null ? new byte[0] : NetUtil.createByteArrayFromIpAddressString(remote.hostAddress());
        return HexFormat.of().formatHex(address, 0, Math.min(address.length, 8));
    }

    private static boolean needsAdmin(RoutingContext ctx) {
        String path = ctx.normalizedPath();
        return !ctx.request().method().equals(HttpMethod.GET) && FOR_ADMINS.stream().anyMatch(path::startsWith);
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
            within(Long.parseLong(length), ctx, RoutingContext::next);
        } else if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            within(UNTOLD_LENGTH, ctx, counted::handle);
        } else if (request.version() == HttpVersion.HTTP_2 && !request.isEnded()) {
            within(UNTOLD_LENGTH, ctx, watched -> {
                watch(watched);
                watched.next();
            });
        } else {
            ctx.next();
        }
    }

    // All bodies together are limited before anything of them is read, whoever sends them: nobody has shown a signature yet.
    private void within(long bytes, RoutingContext ctx, Handler<RoutingContext> go) {
        if (underWay.addAndGet(bytes) > BODIES_LIMIT) {
            underWay.addAndGet(-bytes);
            ctx.response().putHeader("Retry-After", "1").putHeader(HttpHeaders.CONNECTION, "close");
            answer(ctx, TOO_MANY);
            return;
        }
        ctx.addEndHandler(done -> underWay.addAndGet(-bytes));
        go.handle(ctx);
    }

    // Over HTTP/2 any request may have a body without a length, and Camel's body handler cannot take over one that was read
    // already: so what it reads is looked at while it reads.
    private static void watch(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        long timer = ctx.vertx().setPeriodic(LOOK_EVERY_MS, id -> {
            if (request.isEnded()) {
                ctx.vertx().cancelTimer(id);
            }
            if (request.bytesRead() > JSON_LIMIT && !ctx.response().ended()) {
                ctx.vertx().cancelTimer(id);
                ctx.response().reset(ENHANCE_YOUR_CALM);    // an answer would wait for a client that goes on sending
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
                && (simulated || path.equals("/api/whatsapp/media") || path.equals("/api/whatsapp/profile/picture"))
                && (ctx.request().method().equals(HttpMethod.POST) || ctx.request().method().equals(HttpMethod.PUT));
    }

    private void failed(RoutingContext ctx) {
        if (ctx.statusCode() == 413) {
            answer(ctx, isUpload(ctx) ? new Problem(413, "too-large", "The upload is larger than "
                    + settings.get("camel.server.maxBodySize") + " bytes.") : TOO_LARGE);
        } else if (ctx.statusCode() == 400) {
            answer(ctx, new Problem(400, "bad-request", "The request is not encoded properly."));
        } else {
            ctx.next();
        }
    }

    static void answer(RoutingContext ctx, Problem problem) {
        if (ctx.normalizedPath().startsWith(GraphError.PATHS)) {
            write(ctx, problem.getStatus(), "application/json; charset=UTF-8", GraphError.of(problem).toJson());
        } else {
            write(ctx, problem.getStatus(), "application/problem+json", problem.toJson());
        }
    }

    private static void write(RoutingContext ctx, int status, String contentType, String json) {
        ctx.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, contentType).end(json);
    }
}
