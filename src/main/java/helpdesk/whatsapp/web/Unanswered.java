package helpdesk.whatsapp.web;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.TreeSet;

/** The last handler: says why no route took the request - no such path, not by this method, or not this content type. */
final class Unanswered implements Handler<RoutingContext> {

    private final Router router;

    Unanswered(Router router) {
        this.router = router;
    }

    @Override
    public void handle(RoutingContext ctx) {
        String path = ctx.normalizedPath();
        List<Route> samePath = router.getRoutes().stream()
                .filter(route -> route.methods() != null && !route.methods().isEmpty() && matches(route, path))
                .toList();
        TreeSet<String> allowed = new TreeSet<>();
        samePath.forEach(route -> route.methods().forEach(method -> allowed.add(method.name())));
        HttpMethod method = ctx.request().method();
        if (allowed.isEmpty()) {
            HttpEdge.answer(ctx, new NotFound("There is nothing at " + path + "."));
        } else if (!allowed.contains(method.name())) {
            ctx.response().putHeader("Allow", String.join(", ", allowed));
            HttpEdge.answer(ctx, new Problem(405, "method-not-allowed",
                    "This path takes " + String.join(", ", allowed) + "."));
        } else {
            HttpEdge.answer(ctx, new Problem(415, "unsupported-media-type",
                    "This path does not take the content type " + ctx.request().getHeader("Content-Type") + "."));
        }
    }

    // Vert.x paths: /a/:id, or /a/* of which it shows what stands before the star
    private static boolean matches(Route route, String path) {
        String pattern = route.getPath();
        if (pattern == null) {
            return false;
        }
        if (!route.isExactPath()) {
            return path.startsWith(pattern);
        }
        String[] wanted = pattern.split("/");
        String[] given = path.split("/");
        if (wanted.length != given.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!wanted[i].startsWith(":") && !wanted[i].equals(given[i])) {
                return false;
            }
        }
        return true;
    }
}
