package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server process that is measured: the product by {@code bin/start}, or one to compare it with. Held while others are measured. */
final class Server implements AutoCloseable {

    static final String TOKEN = "bench-token";
    static final String SECRET = "mock-app-secret";
    /** What bin/start gives the product, so that what is compared with it has the same. */
    private static final String PRODUCT_JVM = "-Xmx240m -XX:+UseParallelGC";
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration START = Duration.ofMinutes(5);

    final String name;
    final int port;
    /** Where the product keeps its data; its output is in {@code log.txt} there. */
    final Path folder;
    private final Process process;
    private boolean held;

    private Server(String name, int port, Path folder, Process process) {
        this.name = name;
        this.port = port;
        this.folder = folder;
        this.process = process;
        Children.add(process);
    }

    /** The product as it ships, with these variables; returns when it answers Meta's handshake. */
    static Server product(String name, Map<String, String> variables) throws IOException, InterruptedException {
        Server server = launch(name, variables);
        server.awaitAnswer("/api/integrations/whatsapp/webhook?hub.mode=subscribe&hub.verify_token=mock-verify-token&hub.challenge=1");
        server.awaitAnswer("/api/whatsapp/health");
        return server;
    }

    /** Returns at once. */
    static Server launch(String name, Map<String, String> variables) throws IOException {
        return launch(name, null, variables);
    }

    /** The same in a profile; null for none. */
    static Server launch(String name, String profile, Map<String, String> variables) throws IOException {
        Path folder = Path.of("target/bench/data", name).toAbsolutePath();
        Files.createDirectories(folder);
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(profile == null ? List.of("bin/start") : List.of("bin/start", profile));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("WHATSAPP_") || variable.startsWith("CAMEL_"));
        builder.environment().putAll(Map.of("CAMEL_SERVER_PORT", String.valueOf(port), "WHATSAPP_DATA_DIR", folder.toString(),
                "WHATSAPP_API_TOKEN", TOKEN));
        builder.environment().putAll(variables);
        return new Server(name, port, folder, start(builder, folder));
    }

    /** The server with one row a webhook: for each size of its pool the server as seen through the port of that size. */
    static List<Server> rows(String url, String user, String password, List<Integer> pools) throws IOException, InterruptedException {
        Path folder = Path.of("target/bench/data/rows").toAbsolutePath();
        Files.createDirectories(folder);
        ObjectNode plan = Json.object().put("url", url).put("user", user).put("password", password).put("secret", SECRET)
                .put("pool", Collections.max(pools));
        Map<Integer, Integer> ports = new LinkedHashMap<>();
        for (int pool : pools) {
            ports.put(freePort(), pool);
        }
        ports.forEach((port, pool) -> plan.withObject("/ports").put(port.toString(), pool));
        Process process = start(new ProcessBuilder(Children.java(RowServer.class, PRODUCT_JVM, Json.write(plan))), folder);
        List<Server> servers = new ArrayList<>();
        for (int port : ports.keySet()) {
            Server server = new Server("rows-" + ports.get(port), port, folder, process);
            server.awaitAnswer("/");
            servers.add(server);
        }
        return servers;
    }

    private static Process start(ProcessBuilder builder, Path folder) throws IOException {
        return builder.redirectErrorStream(true).redirectOutput(folder.resolve("log.txt").toFile()).start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void awaitAnswer(String path) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                int status = get(path).statusCode();
                if (status == 200 || status == 401 && path.equals("/")) {
                    return;
                }
            } catch (IOException notYet) {
                // the port is not open
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(name + " does not start:\n" + String.join("\n", lastLines()));
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private List<String> lastLines() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("log.txt"));
        return lines.subList(Math.max(0, lines.size() - 20), lines.size());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + TOKEN).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The status of the answer to a JSON body. */
    int post(String path, String body, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + TOKEN).header("Content-Type", "application/json");
        headers.forEach(request::header);
        return HTTP.send(request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    long pid() {
        return process.pid();
    }

    long cpuMs() {
        return Cpu.msOf(process.pid());
    }

    /** Stops its clock, so that it takes nothing from the one that is measured. */
    void hold() throws IOException, InterruptedException {
        signal("STOP");
        held = true;
    }

    void release() throws IOException, InterruptedException {
        if (held) {
            signal("CONT");
            held = false;
        }
    }

    private void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        release();
        process.destroy();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
