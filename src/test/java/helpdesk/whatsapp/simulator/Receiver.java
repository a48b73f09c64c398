package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;

/** The receiver of callbacks as somebody else's webhook would be: keeps what was posted, answers as it is told. */
final class Receiver implements AutoCloseable {

    /** What was posted, with the status that it was answered with. */
    record Post(String uri, String contentType, String signature, byte[] body, int answered) {

        String text() {
            return new String(body, StandardCharsets.US_ASCII);
        }

        JsonNode value() {
            return Json.read(body).path("entry").path(0).path("changes").path(0).path("value");
        }

        JsonNode status() {
            return value().path("statuses").path(0);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Post> posts = new CopyOnWriteArrayList<>();
    private volatile IntUnaryOperator answers = number -> 200;

    Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::take);
        server.setExecutor(threads);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        int status;
        synchronized (posts) {
            status = answers.applyAsInt(posts.size());
            posts.add(new Post(exchange.getRequestURI().toString(), exchange.getRequestHeaders().getFirst("Content-Type"),
                    exchange.getRequestHeaders().getFirst("X-Hub-Signature-256"), body, status));
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook?shop=1";
    }

    /** The status for the n-th post, from 0. */
    void answer(IntUnaryOperator statuses) {
        answers = statuses;
    }

    List<Post> posts() {
        return List.copyOf(posts);
    }

    /** The posts about this message. */
    List<Post> about(String wamid) {
        return posts.stream().filter(post -> post.text().contains(wamid.replace("/", "\\/"))).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
