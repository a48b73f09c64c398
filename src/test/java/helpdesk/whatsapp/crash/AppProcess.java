package helpdesk.whatsapp.crash;

import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The product in a process of its own, with its own embedded PostgreSQL: it can be killed. */
final class AppProcess implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();

    /** PostgreSQL's programs, unpacked once for all processes of the tests. */
    private static final Path BINARIES = Path.of("target", "test-pg-bin").toAbsolutePath();

    private final Map<String, String> environment = new HashMap<>();
    private final Path data;
    private final int port;
    private Process process;
    private volatile boolean up;

    AppProcess(Path data, Map<String, String> environment) throws IOException {
        this.data = data;
        this.environment.putAll(environment);
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
    }

    private AppProcess(Path data, int port) {
        this.data = data;
        this.port = port;
    }

    /** One with another data folder that wants the port that this one has. */
    AppProcess onTheSamePort(Path otherData) {
        return new AppProcess(otherData, port);
    }

    String log() throws IOException {
        return Files.readString(data.resolve("log.txt"));
    }

    /** Returns when it answers. */
    void start() throws IOException {
        launch();
        Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(200)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("The process ended: " + log());
            }
            return status("GET", "/api/whatsapp/health", null, Map.of()) == 200;
        });
        up = true;
    }

    /** Until it has been started again; at once while it runs. */
    void awaitUp() {
        Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(50)).until(() -> up);
    }

    /** Returns at once. */
    void launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-cp", "config:" + System.getProperty("java.class.path"), "helpdesk.whatsapp.Main");
        builder.environment().put("CAMEL_SERVER_PORT", Integer.toString(port));
        builder.environment().put("WHATSAPP_DATA_DIR", data.toString());
        builder.environment().put("WHATSAPP_API_TOKEN", TestApp.TOKEN);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(data.resolve("log.txt").toFile()));
        Files.createDirectories(data);
        Files.createDirectories(BINARIES);
        if (!Files.exists(data.resolve("pg-bin"))) {
            Files.createSymbolicLink(data.resolve("pg-bin"), BINARIES);
        }
        process = builder.start();
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        up = false;
        process.destroyForcibly();
        process.waitFor(20, TimeUnit.SECONDS);
    }

    int exitCode() throws InterruptedException {
        return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    /** The status of the answer; 0 when there was none. */
    int status(String method, String path, String body, Map<String, String> headers) {
        try {
            return call(method, path, body, headers).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    HttpResponse<String> call(String method, String path, String body, Map<String, String> headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20)).method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        request.setHeader("Authorization", "Bearer " + TestApp.TOKEN);
        headers.forEach(request::setHeader);
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** SIGTERM, then the end. */
    @Override
    public void close() throws InterruptedException, IOException {
        if (process != null && process.isAlive()) {
            process.destroy();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        Files.deleteIfExists(data.resolve("pg-bin"));
    }
}
