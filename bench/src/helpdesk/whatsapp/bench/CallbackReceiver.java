package helpdesk.whatsapp.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Takes callbacks in this process, on one thread, and counts them; answers the handshake. */
final class CallbackReceiver implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final AtomicLong received = new AtomicLong();
    private final HttpServer server;

    CallbackReceiver() throws Exception {
        server = vertx.createHttpServer().requestHandler(this::take).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private void take(HttpServerRequest request) {
        if (request.method().equals(HttpMethod.GET)) {
            request.response().end(request.getParam("hub.challenge", ""));
            return;
        }
        request.endHandler(read -> {
            received.incrementAndGet();
            request.response().end();
        });
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort() + "/hook";
    }

    long received() {
        return received.get();
    }

    /** Until so many have come, or none for some seconds; how many did. */
    long await(long count) throws InterruptedException {
        long last = received();
        for (long since = System.nanoTime(); last < count && System.nanoTime() - since < TimeUnit.SECONDS.toNanos(20);) {
            TimeUnit.MILLISECONDS.sleep(20);
            if (received() > last) {
                last = received();
                since = System.nanoTime();
            }
        }
        return last;
    }

    @Override
    public void close() {
        vertx.close();
    }
}
