package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.RawHttp;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.Trust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Bodies that never end: they are limited together, and who sends them keeps nobody else away for long. */
class BodiesTest {

    private static final String PATH = "/api/integrations/whatsapp/webhook";
    private static final int LENGTH = 4_000_000;
    private static final int SENDERS = 30;
    private static final byte[] KILOBYTE = Payloads.messages(Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "x".repeat(1000)))
            .getBytes(StandardCharsets.UTF_8);

    @Test
    void many_large_bodies_at_once_are_refused_before_they_are_read_and_the_service_goes_on() throws IOException {
        try (TestApp app = TestApp.start(Map.of("whatsapp.http.body-timeout", "60000"))) {
            List<Socket> senders = new ArrayList<>();
            try {
                for (int i = 0; i < SENDERS; i++) {
                    senders.add(announce(app, "Content-Length: " + LENGTH));
                }
                String refused = new String(senders.get(SENDERS - 1).getInputStream().readNBytes(12), StandardCharsets.US_ASCII);

                assertThat(refused).isEqualTo("HTTP/1.1 503");
                assertThat(app.get("/api/whatsapp/health").status()).isEqualTo(200);
            } finally {
                for (Socket socket : senders) {
                    socket.close();
                }
            }
            awaitTaken(app);
        }
    }

    @Test
    void bodies_in_chunks_count_what_has_come_of_them() throws Exception {
        try (TestApp app = TestApp.start(Map.of("whatsapp.http.body-timeout", "60000"))) {
            List<Socket> small = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                small.add(announce(app, "Connection: close\r\nX-Hub-Signature-256: " + SignatureVerifier.header(KILOBYTE, "mock-app-secret")
                        + "\r\nTransfer-Encoding: chunked"));
            }
            for (Socket socket : small) {
                socket.getOutputStream().write(RawHttp.chunked(KILOBYTE));
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
                socket.close();
            }

            ExecutorService senders = Executors.newCachedThreadPool();
            ExecutorCompletionService<Void> ends = new ExecutorCompletionService<>(senders);
            List<Socket> large = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Socket socket = announce(app, "Transfer-Encoding: chunked");
                large.add(socket);
                ends.submit(() -> {
                    write(socket, Integer.toHexString(LENGTH) + "\r\n" + "1".repeat(LENGTH - 1));
                    awaitEnd(socket);
                    return null;
                });
            }
            Future<Void> end = ends.poll(30, TimeUnit.SECONDS);
            assertThat(end).as("there is no room for all of them").isNotNull().succeedsWithin(Duration.ZERO);
            for (Socket socket : large) {
                socket.close();
            }
            senders.shutdown();
            awaitTaken(app);
        }
    }

    @Test
    void who_announces_a_body_and_does_not_send_it_is_cut_off_and_the_room_is_free_again() throws Exception {
        int https = Ports.free();
        try (TestApp app = TestApp.start(Map.of("whatsapp.http.body-timeout", "3000", "whatsapp.simulator.port", "" + https, "whatsapp.simulator.tls", "true"))) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                silent.add(announce(app, "Content-Length: 4194304"));       // together all there is
            }
            silent.add(announce(app, "Transfer-Encoding: chunked"));
            for (Socket socket : silent) {
                awaitEnd(socket);
            }
            awaitTaken(app);

            HttpClient client = HttpClient.newBuilder()
                    .sslContext(Trust.in(Path.of(app.property("whatsapp.data-dir"), "simulator", "tls", "certificate.pem"))).build();
            URI over2 = URI.create("https://localhost:" + https + "/v25.0/" + TestApp.NUMBER + "/messages");
            assertThat(client.send(HttpRequest.newBuilder(over2).build(), HttpResponse.BodyHandlers.discarding()).version()).isEqualTo(HttpClient.Version.HTTP_2);
            List<CompletableFuture<?>> streams = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                streams.add(client.sendAsync(HttpRequest.newBuilder(over2)
                        .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.fromPublisher(nothing())).build(),
                        HttpResponse.BodyHandlers.discarding()));
            }
            for (CompletableFuture<?> stream : streams) {
                assertThat(stream).failsWithin(Duration.ofSeconds(30)).withThrowableThat().withCauseInstanceOf(IOException.class);
            }
            awaitTaken(app);

            // The same with bodies that have nearly come, of which the heap holds what was read.
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                slow.add(announce(app, "Content-Length: " + LENGTH));
                Socket socket = slow.get(i);
                Thread writer = new Thread(() -> write(socket, "1".repeat(LENGTH - 100_000)));
                writer.setDaemon(true);
                writer.start();
            }
            assertThat(post(app)).as("taken, or told to come again").isIn(200, 503);
            for (Socket socket : slow) {
                awaitEnd(socket);
            }
            awaitTaken(app);
        }
    }

    /** A body whose sender never says anything. */
    private static Flow.Publisher<ByteBuffer> nothing() {
        return reader -> reader.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                // nothing comes
            }

            @Override
            public void cancel() {
                // there was nothing
            }
        });
    }

    /** A webhook that begins and says how its body will come. */
    private static Socket announce(TestApp app, String body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(app.url("/")).getPort());
        socket.setSoTimeout(30_000);
        write(socket, "POST " + PATH + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + body + "\r\n\r\n");
        return socket;
    }

    private static void write(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return;     // it was cut off
        }
    }

    /** Until the service has closed it; one that stays open is a SocketTimeoutException. */
    private static void awaitEnd(Socket socket) throws IOException {
        try (socket) {
            socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            return;     // while it was still writing
        }
    }

    private static int post(TestApp app) {
        return app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "hello"))).status();
    }

    private static void awaitTaken(TestApp app) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> post(app) == 200);
    }
}
