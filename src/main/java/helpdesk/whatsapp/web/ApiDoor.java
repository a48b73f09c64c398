package helpdesk.whatsapp.web;

import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.security.ApiTokens;
import helpdesk.whatsapp.security.Sessions;
import helpdesk.whatsapp.settings.Mode;
import helpdesk.whatsapp.settings.Settings;
import io.netty.util.NetUtil;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Before the helpdesk's paths: the API wants a bearer token or a session, the pages are given out, and the simulator does not exist in real mode. */
public final class ApiDoor implements Door {

    /** Whoever changes something below these needs the role admin. */
    private static final List<String> FOR_ADMINS = List.of("/api/whatsapp/mode", "/api/whatsapp/dead-letters", "/api/whatsapp/agents",
            "/api/whatsapp/contacts/sync", "/api/whatsapp/profile", "/api/whatsapp/settings", "/api/whatsapp/webhook", "/api/whatsapp/setup",
            "/mock/control/account", "/mock/control/data");
    private static final String SESSION = "/api/whatsapp/session";
    private static final String EVENTS = "/api/whatsapp/events";
    /** Of a request: the cookie of its session. */
    static final String OF_SESSION = "helpdesk-session";
    /** Sent by our pages with whatever changes something: another site's page cannot, without being asked first. */
    private static final String FROM_PAGE = "Helpdesk-Page";

    private final Settings settings;
    private final Mode mode;
    private final ApiTokens tokens;
    private final Sessions sessions;
    private final EventStream events;
    private final Assets assets = new Assets();

    public ApiDoor(Settings settings, Mode mode, ApiTokens tokens, Sessions sessions, EventStream events) {
        this.settings = settings;
        this.mode = mode;
        this.tokens = tokens;
        this.sessions = sessions;
        this.events = events;
    }

    @Override
    public void attach(Router router, int order) {
        router.route("/mock/*").order(order).handler(this::whenSimulated);
        router.route("/api/whatsapp/*").order(order + 1).handler(ctx -> authorise(ctx, false));
        router.route("/mock/control/*").order(order + 1).handler(ctx -> authorise(ctx, true));
        router.get(EVENTS).order(order + 2).handler(events);
        router.get("/").order(order + 2).handler(assets);
        router.get("/ui/*").order(order + 2).handler(assets);
    }

    private void whenSimulated(RoutingContext ctx) {
        if (mode.isReal()) {
            HttpEdge.write(ctx, 404, "application/problem+json", new NotFound("There is no simulator in real mode.").toJson());
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
        String token = HttpEdge.bearer(ctx.request());
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
                HttpEdge.answer(ctx, new Problem(503, "database-down", "The database does not answer at the moment. Try again."));
            }
        });
    }

    private void ofSession(RoutingContext ctx, String cookie, Optional<ApiTokens.Caller> caller) {
        HttpMethod method = ctx.request().method();
        String site = ctx.request().getHeader("Sec-Fetch-Site");
        boolean ours = ctx.request().headers().contains(FROM_PAGE) && (site == null || site.equals("same-origin"));
        if (caller.isPresent() && !ours && !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            HttpEdge.answer(ctx, new Problem(403, "not-from-page", "With a session, only our own pages may change something: they send the header "
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
            HttpEdge.answer(ctx, new Problem(401, "unauthorized",
                    "Send the header Authorization: Bearer and an API token. The first start of the product prints one."));
        } else if (needsAdmin(ctx) && !caller.get().isAdmin()) {
            HttpEdge.answer(ctx, new Problem(403, "forbidden", "This needs a token with the role admin."));
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
}
