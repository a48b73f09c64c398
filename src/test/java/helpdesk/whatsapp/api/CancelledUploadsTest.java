package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import helpdesk.whatsapp.testing.SaidLog;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who goes away in the middle of an upload is no fault of ours: nothing of it stays, and the log says so in a line. */
class CancelledUploadsTest {

    private static final String BEGIN = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n";

    @AutoClose
    private static TestApp app;
    @AutoClose
    private final SaidLog log = SaidLog.ofAll();

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /api/whatsapp/media", "PUT /api/whatsapp/profile/picture", "POST /mock/graph/v25.0/" + TestApp.NUMBER + "/media",
            "POST /mock/control/inbound"})
    void an_upload_that_breaks_off_is_forgotten_and_said_in_a_line(String request) throws IOException {
        try (Socket socket = begin(request + " HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b", BEGIN + "x".repeat(300_000))) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !uploads().isEmpty());
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> uploads().isEmpty() && log.lines().contains("An upload broke off: its client has gone."));
        assertThat(log.lines(Level.WARN)).isEmpty();
        assertThat(log.lines(Level.ERROR)).isEmpty();
    }

    private static Socket begin(String head, String body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(app.url("/")).getPort());
        socket.getOutputStream().write((head + "\r\nHost: x\r\nAuthorization: Bearer " + (head.contains("/mock/graph/")
                ? app.property("whatsapp.access-token") : TestApp.TOKEN) + "\r\nContent-Length: 1000000\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static List<Path> uploads() {
        try (Stream<Path> files = Files.list(Path.of(app.property("whatsapp.data-dir"), "uploads"))) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
