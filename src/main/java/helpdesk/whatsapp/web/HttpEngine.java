package helpdesk.whatsapp.web;

import java.util.Set;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Camel's HTTP engine, but for some paths the requests hold no thread while their route waits: see {@link WaitingConsumer}; the answers of
 * the others are compressed for those who take them so.
 */
public final class HttpEngine extends VertxPlatformHttpEngine {

    private final Set<String> waiting;

    public HttpEngine(Set<String> waiting) {
        this.waiting = waiting;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return waiting.contains(endpoint.getPath())
                ? new WaitingConsumer(endpoint, processor, getHandlers(), VertxPlatformHttpRouter.getRouterNameFromPort(getServerPort()))
                : super.createConsumer(endpoint, new CompressedAnswer(processor));
    }
}
