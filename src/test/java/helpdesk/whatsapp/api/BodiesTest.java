package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Bodies that never end: they are limited together, and who sends them keeps nobody else away for longer than they are there. */
class BodiesTest {

    private static final int LENGTH = 4_000_000;
    private static final int SENDERS = 30;

    @Test
    void many_large_bodies_at_once_are_refused_before_they_are_read_and_the_service_goes_on() throws IOException {
        try (TestApp app = TestApp.start(java.util.Map.of())) {
            List<Socket> senders = new ArrayList<>();
            try {
                for (int i = 0; i < SENDERS; i++) {
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(app.url("/")).getPort());
                    socket.setSoTimeout(20_000);
                    socket.getOutputStream().write(("POST /api/integrations/whatsapp/webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "Content-Length: " + LENGTH + "\r\n\r\n{\"object\":").getBytes(StandardCharsets.US_ASCII));
                    senders.add(socket);
                }
                String refused = new String(senders.get(SENDERS - 1).getInputStream().readNBytes(12), StandardCharsets.US_ASCII);

                assertThat(refused).isEqualTo("HTTP/1.1 503");
                assertThat(app.get("/api/whatsapp/health").status()).isEqualTo(200);
            } finally {
                for (Socket socket : senders) {
                    socket.close();
                }
            }
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.webhook(Payloads.messages(
                    Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "hello"))).status() == 200);
        }
    }
}
