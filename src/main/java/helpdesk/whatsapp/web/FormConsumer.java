package helpdesk.whatsapp.web;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;

/** An HTTP consumer that keeps forms as a {@link Form}: Camel mixes their fields with the headers and guesses a file's type by its name. */
final class FormConsumer extends VertxPlatformHttpConsumer {

    FormConsumer(PlatformHttpEndpoint endpoint, Processor processor, List<Handler<RoutingContext>> handlers, String router) {
        super(endpoint, processor, handlers, router);
    }

    @Override
    protected Future<Void> populateCamelMessage(RoutingContext ctx, Exchange exchange, Message message) {
        Form.keep(ctx, exchange);
        return super.populateCamelMessage(ctx, exchange, message);
    }
}
