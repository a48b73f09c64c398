package helpdesk.whatsapp.web;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.MessageHelper;
import org.apache.camel.support.http.HttpUtil;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/**
 * An HTTP consumer whose requests hold no thread while their route waits for something: Camel's own one keeps a worker waiting for
 * each. For routes whose steps do not block, like one that goes on when the log has committed. The body is bytes, the answer is
 * bytes or text: neither forms nor files nor streams.
 */
final class WaitingConsumer extends VertxPlatformHttpConsumer {

    /** As many as can run at the same time, for they do not wait: a busy one takes the next request without being woken. */
    private static final int THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private ExecutorService workers;

    WaitingConsumer(PlatformHttpEndpoint endpoint, Processor processor, List<Handler<RoutingContext>> handlers, String router) {
        super(endpoint, processor, handlers, router);
    }

    @Override
    protected void doStart() throws Exception {
        // The clients' connections bound what waits here, and nothing of it may run on the event loop.
        workers = getEndpoint().getCamelContext().getExecutorServiceManager().newThreadPool(this, "HttpRoute",
                new ThreadPoolProfileBuilder("HttpRoute").poolSize(THREADS).maxPoolSize(THREADS).maxQueueSize(Integer.MAX_VALUE)
                        .rejectedPolicy(ThreadPoolRejectedPolicy.Abort).build());
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
            } else {
                start(exchange, ctx, loop);
            }
        });
    }

    private void start(Exchange exchange, RoutingContext ctx, Context loop) {
        // What would otherwise be asked of the body before and after each step, and converted in each that reads it.
        exchange.getExchangeExtension().setStreamCacheDisabled(true);
        if (exchange.getMessage().getBody() instanceof Buffer body) {
            exchange.getMessage().setBody(body.getBytes());
        }
        try {
            workers.execute(() -> run(exchange, ctx, loop));
        } catch (RejectedExecutionException stopped) {
            ctx.response().setStatusCode(503).end();
            finish(exchange, ctx, null);
        }
    }

    private void run(Exchange exchange, RoutingContext ctx, Context loop) {
        try {
            createUoW(exchange);
        } catch (Exception e) {
            loop.runOnContext(failed -> finish(exchange, ctx, e));
            return;
        }
        getAsyncProcessor().process(exchange, how -> loop.runOnContext(done -> answer(exchange, ctx)));
    }

    private void answer(Exchange exchange, RoutingContext ctx) {
        RuntimeException failure = null;
        try {
            if (!ctx.response().ended()) {
                write(exchange, ctx.response());
            }
        } catch (RuntimeException e) {
            failure = e;
        }
        finish(exchange, ctx, failure);
    }

    private void write(Exchange exchange, HttpServerResponse response) {
        Message message = exchange.getMessage();
        Buffer body = exchange.getException() == null ? bytes(message) : Buffer.buffer();
        response.setStatusCode(HttpUtil.determineResponseCode(exchange, body));
        HeaderFilterStrategy filter = getEndpoint().getHeaderFilterStrategy();
        message.getHeaders().forEach((name, value) -> {
            if (value != null && !filter.applyFilterToCamelHeaders(name, value, exchange)) {
                response.putHeader(name, value.toString());
            }
        });
        String contentType = MessageHelper.getContentType(message);
        if (contentType != null) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        }
        response.end(body);
    }

    private static Buffer bytes(Message message) {
        Object body = message.getBody();
        if (body == null) {
            return Buffer.buffer();
        }
        return body instanceof byte[] bytes ? Buffer.buffer(bytes) : Buffer.buffer(body.toString());
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
