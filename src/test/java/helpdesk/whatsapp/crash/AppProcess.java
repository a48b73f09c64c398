package helpdesk.whatsapp.crash;

import helpdesk.whatsapp.testing.PgPrograms;
import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.SecondJvm;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The product in a process of its own, with its own embedded PostgreSQL: it can be killed. */
final class AppProcess implements AutoCloseable, Client {

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10)).build();

    private final Map<String, String> properties = new HashMap<>();
    private final Path data;
    private final int port;
    private volatile Process process;
    private long logBefore;
    private boolean hooked;

    AppProcess(Path data, Map<String, String> properties) {
        this.data = data;
        this.properties.putAll(properties);
        port = Ports.free();
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
        return Files.readString(logFile());
    }

    // Beside the data: a file system that is full shall still be told about.
    private Path logFile() {
        return data.resolveSibling(data.getFileName() + "-log.txt");
    }

    /** Its PostgreSQL. */
    Postmaster postmaster() {
        return new Postmaster(data);
    }

    /** Returns when it answers. */
    void start() throws IOException {
        launch();
        awaitAnswer();
    }

    /** Returns when it answers; it will end itself, or its PostgreSQL. */
    void start(FaultPoint point) throws IOException {
        launch(FaultyMain.class.getName(), "-Dcrash.point=" + point.toProperty());
        awaitAnswer();
    }

    /** Until health says that all is well. */
    void awaitAnswer() {
        Awaitility.await().atMost(Duration.ofSeconds(180)).pollInterval(Duration.ofMillis(50)).until(() -> {
            if (!process.isAlive()) {
                if (process.exitValue() == 137) {
                    return true;        // a fault point so early that nobody saw it answer
                }
                throw new IllegalStateException("The process ended: " + log());
            }
            return status("GET", "/api/whatsapp/health", null, Map.of()) == 200;
        });
    }

    /** Returns at once. */
    void launch() throws IOException {
        launch("helpdesk.whatsapp.Main");
    }

    private void launch(String main, String... options) throws IOException {
        ProcessBuilder builder = new ProcessBuilder();
        builder.environment().put("CAMEL_SERVER_PORT", Integer.toString(port));
        builder.environment().put("WHATSAPP_DATA_DIR", data.toString());
        builder.environment().put("WHATSAPP_API_TOKEN", TestApp.TOKEN);
        properties.forEach((key, value) ->
                builder.environment().put(key.toUpperCase().replace('.', '_').replace('-', '_'), value));
        Files.createDirectories(data);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
        PgPrograms.lendTo(data);
        logBefore = Files.exists(logFile()) ? Files.size(logFile()) : 0;
        process = SecondJvm.start(builder, main, List.of(options));
        if (!hooked) {
            hooked = true;          // nothing of ours outlives a test run that is ended
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                process.destroyForcibly();
                postmaster().kill();
            }));
        }
    }

    /** Until the process that runs has killed its PostgreSQL at this point. */
    void awaitPassed(FaultPoint point) {
        Awaitility.await().atMost(Duration.ofSeconds(180)).pollInterval(Duration.ofMillis(10)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("The process ended: " + log());
            }
            try (InputStream log = Files.newInputStream(logFile())) {
                log.skipNBytes(logBefore);
                return new String(log.readAllBytes(), StandardCharsets.UTF_8).contains(FaultyMain.PASSED + point.step());
            }
        });
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(20, TimeUnit.SECONDS);
    }

    /** SIGTERM; returns at once. */
    void terminate() {
        process.destroy();
    }

    /** Lets time pass; true when the process ended in it. */
    boolean ends(Duration within) throws InterruptedException {
        return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    int exitCode() throws InterruptedException {
        return ends(Duration.ofSeconds(120)) ? process.exitValue() : -1;
    }

    /** The status of the answer; 0 when there was none. */
    int status(String method, String path, String body, Map<String, String> headers) {
        try {
            return call(method, path, body, headers).status();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public Answer call(String method, String path, String body, Map<String, String> headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60)).method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        request.setHeader("Authorization", "Bearer " + TestApp.TOKEN);
        headers.forEach(request::setHeader);
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGTERM, then the end; a process that is not there is none to stop. */
    void stop() throws InterruptedException {
        if (isAlive()) {
            process.destroy();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    @Override
    public void close() throws InterruptedException, IOException {
        stop();
        postmaster().kill();        // whose application was killed last
        Files.deleteIfExists(data.resolve("pg-bin"));
    }
}
