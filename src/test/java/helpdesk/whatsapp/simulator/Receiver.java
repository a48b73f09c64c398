package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;

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
    private final List<String> handshakes = new CopyOnWriteArrayList<>();
    private volatile IntUnaryOperator answers = number -> 200;
    private volatile boolean open = true;
    private volatile ToIntFunction<Post> judge;

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
        if (exchange.getRequestMethod().equals("GET")) {
            shake(exchange);
            return;
        }
        byte[] body = exchange.getRequestBody().readAllBytes();
        int status;
        synchronized (posts) {
            Post post = new Post(exchange.getRequestURI().toString(), exchange.getRequestHeaders().getFirst("Content-Type"),
                    exchange.getRequestHeaders().getFirst("X-Hub-Signature-256"), body, 0);
            status = judge == null ? answers.applyAsInt(posts.size()) : judge.applyAsInt(post);
            posts.add(new Post(post.uri(), post.contentType(), post.signature(), body, status));
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void shake(HttpExchange exchange) throws IOException {
        String query = URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
        handshakes.add(query);
        byte[] challenge = query.replaceFirst(".*hub\\.challenge=", "").replaceFirst("&.*", "").getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(open ? 200 : 403, challenge.length);
        exchange.getResponseBody().write(challenge);
        exchange.close();
    }

    /** The queries of the handshakes that came. */
    List<String> handshakes() {
        return List.copyOf(handshakes);
    }

    /** Whether handshakes are answered. */
    void open(boolean nowOpen) {
        open = nowOpen;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook?shop=1";
    }

    /** The status for the n-th post, from 0. */
    void answer(IntUnaryOperator statuses) {
        answers = statuses;
    }

    /** The status by the post itself; null for by its number. */
    void judge(ToIntFunction<Post> statuses) {
        judge = statuses;
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
