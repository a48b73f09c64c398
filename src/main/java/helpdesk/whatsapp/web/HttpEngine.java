package helpdesk.whatsapp.web;

import java.util.Set;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Camel's HTTP engine, but for some paths the requests hold no thread while their route waits, and for others forms stay forms: see
 * {@link WaitingConsumer} and {@link FormConsumer}. The answers of all but the former are compressed for those who take them so.
 */
public final class HttpEngine extends VertxPlatformHttpEngine {

    private final Set<String> waiting;
    private final Set<String> forms;

    public HttpEngine(Set<String> waiting, Set<String> forms) {
        this.waiting = waiting;
        this.forms = forms;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        String router = VertxPlatformHttpRouter.getRouterNameFromPort(getServerPort());
        if (waiting.contains(endpoint.getPath())) {
            return new WaitingConsumer(endpoint, processor, getHandlers(), router);
        }
        return forms.contains(endpoint.getPath()) ? new FormConsumer(endpoint, new CompressedAnswer(processor), getHandlers(), router)
                : super.createConsumer(endpoint, new CompressedAnswer(processor));
    }
}
