package helpdesk.whatsapp.webhook;

import static helpdesk.whatsapp.webhook.WebhookTest.PATH;
import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.RawHttp;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookBodyTest {

    private static final int LIMIT = 4 * 1024 * 1024;
    private static final String SECRET = "mock-app-secret";

    private final TestApp app = TestApp.shared();

    private TestApp.Answer post(byte[] body, String contentType) {
        return app.call("POST", PATH, body, contentType == null ? Map.of("X-Hub-Signature-256", SignatureVerifier.header(body, SECRET))
                : Map.of("Content-Type", contentType, "X-Hub-Signature-256", SignatureVerifier.header(body, SECRET)));
    }

    private long stored(String marker) {
        return app.database().sql("select count(*) from webhook_log where position(convert_to(?, 'UTF8') in payload) > 0")
                .param(marker).query(Long.class).single();
    }

    /** A text message of exactly this many bytes. */
    private static byte[] sized(String wamid, int bytes) {
        int frame = Payloads.messages(Payloads.text("16505550100", wamid, "")).length();
        return Payloads.messages(Payloads.text("16505550100", wamid, "x".repeat(bytes - frame))).getBytes(StandardCharsets.UTF_8);
    }

    static Stream<byte[]> notJson() {
        return Stream.of(" ", "hello", "[]", "[{\"object\":1}]", "\"text\"", "1", "null", "{", "{\"object\":", "{\"object\":1}}",
                "{\"object\":1} trailing", "{'object':1}", "{\"object\":1,}", "a=b&c=d").map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("notJson")
    void what_is_signed_but_no_json_object_is_400_and_not_stored(byte[] body) {
        TestApp.Answer answer = post(body, "application/json");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("code").asText()).isEqualTo("not-json");
        assertThat(app.database().sql("select count(*) from webhook_log where payload = ?").param(body).query(Long.class).single()).isZero();
    }

    @Test
    void an_empty_body_is_400_even_when_it_is_signed() throws IOException {
        assertThat(RawHttp.exchange(app.url(PATH), """
                POST %s HTTP/1.1
                Host: localhost
                Content-Type: application/json
                Content-Length: 0
                Connection: close
                X-Hub-Signature-256: %s

                """.formatted(PATH, SignatureVerifier.header(new byte[0], SECRET)), new byte[0]))
                .startsWith("HTTP/1.1 400 ").contains("\"not-json\"");
    }

    @Test
    void bytes_that_are_no_utf_8_are_400() {
        assertThat(post(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xC3, (byte) 0x28, '"', '}'}, "application/json").status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8"})
    void json_is_accepted_however_its_type_is_written(String contentType) {
        String wamid = TestApp.newWamid();
        byte[] body = Payloads.messages(Payloads.text("16505550100", wamid, "hello")).getBytes(StandardCharsets.UTF_8);

        assertThat(post(body, contentType).status()).isEqualTo(200);
        assertThat(stored(wamid)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data; boundary=x", ""})
    void another_content_type_is_415_and_not_stored(String contentType) {
        String wamid = TestApp.newWamid();
        byte[] body = Payloads.messages(Payloads.text("16505550100", wamid, "hello")).getBytes(StandardCharsets.UTF_8);

        TestApp.Answer answer = post(body, contentType.isEmpty() ? null : contentType);

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.json().path("code").asText()).isEqualTo("unsupported-media-type");
        assertThat(stored(wamid)).isZero();
    }

    @Test
    void four_megabytes_are_taken_and_worked_on() {
        String wamid = TestApp.newWamid();

        assertThat(post(sized(wamid, LIMIT), "application/json").status()).isEqualTo(200);

        app.awaitProcessed();
        assertThat(app.database().sql("select length(text) from message where wamid = ?").param(wamid).query(Integer.class).single())
                .isGreaterThan(LIMIT - 1000);
    }

    @Test
    void a_body_that_announces_more_than_four_megabytes_is_413_before_it_is_read() throws IOException {
        String answer = RawHttp.exchange(app.url(PATH), """
                POST %s HTTP/1.1
                Host: localhost
                Content-Type: application/json
                X-Hub-Signature-256: sha256=%s
                Content-Length: %d

                """.formatted(PATH, "0".repeat(64), LIMIT + 1), new byte[0]);

        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("\"too-large\"");
    }

    @Test
    void a_body_in_chunks_is_413_when_it_grows_past_four_megabytes() throws IOException {
        String wamid = TestApp.newWamid();

        String answer = chunked(sized(wamid, LIMIT + 1));

        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("\"too-large\"");
        assertThat(stored(wamid)).isZero();
    }

    @Test
    void a_body_in_chunks_is_taken_up_to_four_megabytes() throws IOException {
        String wamid = TestApp.newWamid();

        assertThat(chunked(sized(wamid, 300_000))).startsWith("HTTP/1.1 200 ");
        assertThat(stored(wamid)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE", "PUT"})
    void no_method_lets_a_large_body_pass(String method) throws IOException {
        String head = """
                %s %s?hub.mode=subscribe HTTP/1.1
                Host: localhost
                Connection: close
                Content-Type: application/json
                """.formatted(method, PATH);

        assertThat(RawHttp.exchange(app.url(PATH), head + "Content-Length: " + (LIMIT + 1) + "\n\n", new byte[0])).startsWith("HTTP/1.1 413 ");
        assertThat(RawHttp.exchange(app.url(PATH), head + "Transfer-Encoding: chunked\n\n", RawHttp.chunked(new byte[LIMIT + 1])))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void a_form_with_files_is_large_only_where_files_are_taken() throws IOException {
        String head = """
                POST %s HTTP/1.1
                Host: localhost
                Connection: close
                Content-Type: multipart/form-data; boundary=x
                Authorization: Bearer %s
                Content-Length: %s

                """;

        assertThat(RawHttp.exchange(app.url(PATH), head.formatted(PATH, TestApp.TOKEN, LIMIT + 1), new byte[0])).startsWith("HTTP/1.1 413 ");
        assertThat(RawHttp.exchange(app.url(PATH), head.formatted("/api/whatsapp/media", TestApp.TOKEN, 110_100_481), new byte[0]))
                .startsWith("HTTP/1.1 413 ").contains("110100480 bytes").doesNotContain("4 MB");
    }

    private String chunked(byte[] body) throws IOException {
        return RawHttp.exchange(app.url(PATH), """
                POST %s HTTP/1.1
                Host: localhost
                Connection: close
                Content-Type: application/json
                X-Hub-Signature-256: %s
                Transfer-Encoding: chunked

                """.formatted(PATH, SignatureVerifier.header(body, SECRET)), RawHttp.chunked(body));
    }

    @Test
    void what_is_stored_are_the_very_bytes_that_were_signed() {
        String wamid = TestApp.newWamid();
        byte[] body = ("{ \"object\" : \"whatsapp_business_account\", \"entry\":[ {\"id\":\"1\",\"changes\":[]} ], \"é\\u00e9\": \"" + wamid + "\"}\n")
                .getBytes(StandardCharsets.UTF_8);

        assertThat(post(body, "application/json").status()).isEqualTo(200);

        byte[] kept = app.database().sql("select payload from webhook_log where position(convert_to(?, 'UTF8') in payload) > 0")
                .param(wamid).query(byte[].class).single();
        assertThat(Arrays.equals(kept, body)).isTrue();
    }
}
