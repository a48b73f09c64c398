package helpdesk.whatsapp.web;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.http.HttpUtil;

/**
 * An HTTP consumer whose requests hold no thread while their route waits for something: Camel's own one keeps a worker for each.
 * For routes with small bodies that spend their time waiting, such as for the commit of the log; neither forms nor files nor streams.
 */
final class WaitingConsumer extends VertxPlatformHttpConsumer {

    /** Few, for they never wait: with as many as there are processors, a busy one takes the next request without being woken. */
    private static final int THREADS = Integer.getInteger("intake.threads", Runtime.getRuntime().availableProcessors());

    private ExecutorService workers;

    WaitingConsumer(PlatformHttpEndpoint endpoint, Processor processor, List<Handler<RoutingContext>> handlers, String router) {
        super(endpoint, processor, handlers, router);
    }

    @Override
    protected void doStart() throws Exception {
        workers = getEndpoint().getCamelContext().getExecutorServiceManager().newFixedThreadPool(this, "HttpRoute", Math.max(1, THREADS));
        super.doStart();
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        getEndpoint().getCamelContext().getExecutorServiceManager().shutdownGraceful(workers);
    }

    @Override
    protected void handleRequest(RoutingContext ctx) {
        if (isSuspended()) {
            ctx.response().setStatusCode(503).end();
            return;
        }
        Context loop = ctx.vertx().getOrCreateContext();
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        processHttpRequest(exchange, ctx).onComplete(taken -> {
            if (taken.failed()) {
                finish(exchange, ctx, taken.cause());
            } else if (THREADS == 0) {
                run(exchange, ctx, loop);
            } else {
                try {
                    workers.execute(() -> run(exchange, ctx, loop));
                } catch (RejectedExecutionException e) {        // the route is being stopped
                    finish(exchange, ctx, e);
                }
            }
        });
    }

    private void run(Exchange exchange, RoutingContext ctx, Context loop) {
        try {
            createUoW(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        if (exchange.getException() != null) {
            loop.runOnContext(done -> finish(exchange, ctx, exchange.getException()));
        } else {
            getAsyncProcessor().process(exchange, anyway -> loop.runOnContext(done -> answer(exchange, ctx)));
        }
    }

    private void answer(Exchange exchange, RoutingContext ctx) {
        try {
            if (!ctx.response().ended()) {
                write(exchange, ctx.response());
            }
            finish(exchange, ctx, null);
        } catch (RuntimeException e) {
            finish(exchange, ctx, e);
        }
    }

    private void write(Exchange exchange, HttpServerResponse response) {
        Message message = exchange.getMessage();
        byte[] body = exchange.getException() == null ? message.getBody(byte[].class) : null;
        response.setStatusCode(HttpUtil.determineResponseCode(exchange, body));
        HeaderFilterStrategy filter = getEndpoint().getHeaderFilterStrategy();
        for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
            if (header.getValue() != null && !filter.applyFilterToCamelHeaders(header.getKey(), header.getValue(), exchange)) {
                response.putHeader(header.getKey(), header.getValue().toString());
            }
        }
        response.end(body == null ? Buffer.buffer() : Buffer.buffer(body));
    }

    private void finish(Exchange exchange, RoutingContext ctx, Throwable failure) {
        if (failure != null) {
            getExceptionHandler().handleException("A request to " + getEndpoint().getPath() + " failed", exchange, failure);
            ctx.fail(failure);
        }
        doneUoW(exchange);
        releaseExchange(exchange, false);
    }
}
