package helpdesk.whatsapp.media;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.TestApp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of a file, as players of audio and video ask for them (RFC 9110, sections 13 and 14). */
class RangesTest {

    private static final int SIZE = 300_000;
    private static String content;
    private static byte[] bytes;
    private final TestApp app = TestApp.shared();

    @BeforeEach
    void upload() {
        if (content == null) {
            bytes = new byte[SIZE];
            new Random(11).nextBytes(bytes);
            System.arraycopy("%PDF-1.4\n".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 9);
            content = "/api/whatsapp/media/" + upload(bytes) + "/content";
        }
    }

    private String upload(byte[] file) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(file);
        body.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
        TestApp.Answer answer = app.call("POST", "/api/whatsapp/media", body.toByteArray(),
                Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "multipart/form-data; boundary=b"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("id").asText();
    }

    private TestApp.Answer get(String... headers) {
        Map<String, String> all = new HashMap<>(Map.of("Authorization", "Bearer " + TestApp.TOKEN));
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        return app.call("GET", content, (byte[]) null, all);
    }

    @ParameterizedTest
    @CsvSource({"bytes=0-0, 0, 0", "bytes=0-99, 0, 99", "bytes=131071-131072, 131071, 131072", "bytes=299999-, 299999, 299999",
        "bytes=100000-, 100000, 299999", "bytes=0-, 0, 299999", "bytes=-1, 299999, 299999", "bytes=-400000, 0, 299999",
        "bytes=299990-999999999999999999, 299990, 299999", "Bytes = 5 - 6, 5, 6"})
    void a_range_is_answered_with_it_and_nothing_else(String range, int from, int to) {
        TestApp.Answer answer = get("Range", range);

        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.header("Content-Range")).isEqualTo("bytes " + from + "-" + to + "/" + SIZE);
        assertThat(answer.bytes()).isEqualTo(Arrays.copyOfRange(bytes, from, to + 1));
        assertThat(answer.header("Content-Type")).isEqualTo("application/pdf");
        assertThat(answer.header("Content-Disposition")).startsWith("attachment;");
        assertThat(answer.header("Content-Security-Policy")).contains("sandbox");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1,5-6", "bytes=-", "bytes=9-8", "bytes=x-", "lines=1-2", "bytes", "bytes=0-99999999999999999999"})
    void what_is_no_single_range_gets_all_of_it(String range) {
        TestApp.Answer answer = get("Range", range);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Range")).isNull();
        assertThat(answer.header("Accept-Ranges")).isEqualTo("bytes");
        assertThat(answer.bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=300000-", "bytes=300000-300001", "bytes=-0"})
    void a_range_behind_the_end_is_refused_with_the_size(String range) {
        TestApp.Answer answer = get("Range", range);

        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.header("Content-Range")).isEqualTo("bytes */" + SIZE);
        assertThat(answer.json().path("code").asText()).isEqualTo("range-not-satisfiable");
        assertThat(answer.header("Content-Disposition")).isNull();
    }

    @Test
    void a_range_of_another_file_than_the_caller_has_gets_all_of_it() {
        String etag = get().header("ETag");

        assertThat(etag).matches("\"[0-9a-f]{64}\"");
        assertThat(get("Range", "bytes=0-9", "If-Range", etag).status()).isEqualTo(206);
        assertThat(get("Range", "bytes=0-9", "If-Range", "\"another\"").bytes()).isEqualTo(bytes);
        assertThat(get("Range", "bytes=0-9", "If-Range", "Wed, 21 Oct 2015 07:28:00 GMT").status()).isEqualTo(200);
    }

    @Test
    void what_the_caller_has_is_not_sent_again() {
        String etag = get().header("ETag");

        TestApp.Answer same = get("If-None-Match", "W/\"x\", " + etag);
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.bytes()).isEmpty();
        assertThat(same.header("ETag")).isEqualTo(etag);
        assertThat(get("If-None-Match", "\"another\"").status()).isEqualTo(200);
    }

    @Test
    void a_download_that_is_broken_off_leaves_nothing_behind() throws IOException {
        byte[] large = Arrays.copyOf(bytes, 20_000_000);
        String path = "/api/whatsapp/media/" + upload(large) + "/content";
        int port = URI.create(app.url("/")).getPort();
        for (int i = 0; i < 5; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-\r\nAuthorization: Bearer " + TestApp.TOKEN
                        + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
            }
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.context().getInflightRepository().size("api-media-content") == 0);
    }
}
