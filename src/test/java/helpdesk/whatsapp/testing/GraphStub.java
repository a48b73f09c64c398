package helpdesk.whatsapp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in for Meta's Graph API: a real HTTP server with a journal of what it was sent and an answer that a test sets for
 * each recipient. Without one it accepts, as Meta does.
 */
public final class GraphStub implements AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Call> journal = new CopyOnWriteArrayList<>();
    private final Map<String, Deque<Reply>> replies = new ConcurrentHashMap<>();
    private final int port;
    private HttpServer server;
    private volatile Reply otherwise = accepted();

    /** What was called. */
    public record Call(String path, String authorization, Map<String, List<String>> headers, JsonNode body) {

        /** The recipient's number without plus, or user id. */
        public String recipient() {
            return recipientOf(body);
        }

        public String attemptId() {
            return body.path("biz_opaque_callback_data").asText();
        }
    }

    /** How one call is answered: by a status and a body, or by nothing at all. */
    public interface Reply {
        Answer to(Call call) throws Exception;
    }

    /** A null body hangs up without an answer. */
    public record Answer(int status, Map<String, String> headers, String body) {
    }

    public GraphStub() {
        port = Ports.free();        // which nobody is given while it is shut
        start(port);
    }

    private void start(int wanted) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** A stub that is not there: its port refuses connections until {@link #open()}. */
    public GraphStub shut() {
        server.stop(0);
        server = null;
        return this;
    }

    public void open() {
        start(port);
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The properties of an app in real mode that talks to this stub. */
    public Map<String, String> realMode(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of("whatsapp.mode", "real",
                "whatsapp.app-secret", "secret-of-the-tests", "whatsapp.verify-token", "verify-token-of-the-tests",
                "whatsapp.access-token", "access-token-of-the-tests", "whatsapp.phone-number-id", REAL_NUMBER,
                "whatsapp.graph.base-url", url(), "whatsapp.allow-loopback-graph", "true"));
        properties.putAll(more);
        return properties;
    }

    public static final String REAL_NUMBER = "555000111";

    // ---- answers ---------------------------------------------------------------------------------------------------

    /** The next calls for this recipient get these answers, the last one again and again. */
    public void answer(String recipient, Reply... answers) {
        replies.put(recipient, new ArrayDeque<>(List.of(answers)));
    }

    /** The answer to everybody for whom none is set. */
    public void otherwise(Reply answer) {
        otherwise = answer;
    }

    public static Reply accepted() {
        return call -> accept(call, newWamid());
    }

    public static Reply accepted(String wamid) {
        return call -> accept(call, wamid);
    }

    private static Answer accept(Call call, String wamid) {
        return new Answer(200, Map.of(), """
                {"messaging_product":"whatsapp","contacts":[{"input":"+%1$s","wa_id":"%1$s"}],"messages":[{"id":"%2$s"}]}"""
                .formatted(call.recipient(), wamid));
    }

    /** Meta's error envelope. */
    public static Reply refused(int httpStatus, int code, String details) {
        return call -> new Answer(httpStatus, Map.of(), """
                {"error":{"message":"(#%1$d) %2$s","type":"OAuthException","code":%1$d,"error_data":{"messaging_product":"whatsapp",\
                "details":"%2$s"},"fbtrace_id":"Atrace"}}""".formatted(code, details));
    }

    public static Reply plain(int httpStatus, String body) {
        return call -> new Answer(httpStatus, Map.of(), body);
    }

    /** Takes the call and hangs up. */
    public static Reply hangUp() {
        return call -> new Answer(0, Map.of(), null);
    }

    public static String newWamid() {
        return "wamid.STUB" + ProcessHandle.current().pid() + "N" + NUMBER.incrementAndGet() + "T" + System.nanoTime();
    }

    // ---- journal ---------------------------------------------------------------------------------------------------

    public List<Call> journal() {
        return List.copyOf(journal);
    }

    public List<Call> calls(String recipient) {
        return journal.stream().filter(call -> call.recipient().equals(recipient)).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = Json.read(exchange.getRequestBody().readAllBytes());
            Call call = new Call(exchange.getRequestURI().getPath(), exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders(), body);
            journal.add(call);
            Answer answer = reply(call.recipient()).to(call);
            if (answer.body() != null) {
                byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                answer.headers().forEach(exchange.getResponseHeaders()::set);
                exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private Reply reply(String recipient) {
        Deque<Reply> answers = replies.get(recipient);
        if (answers == null) {
            return otherwise;
        }
        synchronized (answers) {
            return answers.size() > 1 ? answers.poll() : answers.peek();
        }
    }

    private static String recipientOf(JsonNode body) {
        return body.has("to") ? body.path("to").asText().replace("+", "") : body.path("recipient").asText();
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
        threads.shutdownNow();
    }
}
