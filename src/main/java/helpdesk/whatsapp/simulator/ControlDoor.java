package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Door;
import helpdesk.whatsapp.web.HttpEdge;
import helpdesk.whatsapp.web.Problem;
import helpdesk.whatsapp.web.TakeRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.stream.Stream;

/** Before the control API where the simulator is alone: the simulated access token opens it, or an API token of the configuration. */
final class ControlDoor implements Door {

    private final Settings settings;

    ControlDoor(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void attach(Router router, int order) {
        router.route("/mock/control/*").order(order).handler(this::authorise);
    }

    private void authorise(RoutingContext ctx) {
        TakeRequest.FROM_EDGE.forEach(ctx.request().headers()::remove);
        if (opens(HttpEdge.bearer(ctx.request()))) {
            ctx.next();
            return;
        }
        ctx.response().putHeader("WWW-Authenticate", "Bearer");
        HttpEdge.answer(ctx, new Problem(401, "unauthorized", "Send the header Authorization: Bearer and the simulated access token (WHATSAPP_ACCESS_TOKEN)."));
    }

    private boolean opens(String token) {
        return Stream.of("whatsapp.access-token", "whatsapp.api-token").map(settings::get).filter(one -> !one.isEmpty())
                .anyMatch(one -> MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8)));
    }
}
