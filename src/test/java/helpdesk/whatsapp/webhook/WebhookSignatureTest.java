package helpdesk.whatsapp.webhook;

import static helpdesk.whatsapp.webhook.WebhookTest.PATH;
import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.testing.RawHttp;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {

    private static final String SECRET = "test-app-secret";
    /** The bytes and the digest of a known vector: escaped emoji and slashes, as Meta writes them. */
    private static final String VECTOR = "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":[{\"value\":"
            + "{\"note\":\"\\ud83d\\ude0a audio\\/ogg\"},\"field\":\"messages\"}]}]}";
    private static final String DIGEST = "396ac0206c5085e47b97509ed4f4eb5c11eb1c1bb10e2b3e3dd1d7ae7cf66b9f";

    @AutoClose
    private static TestApp app;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.app-secret", SECRET, "whatsapp.app-secret-previous", "previous-app-secret"));
    }

    private static TestApp.Answer post(byte[] body, String signature) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        if (signature != null) {
            headers.put("X-Hub-Signature-256", signature);
        }
        return app.call("POST", PATH, body, headers);
    }

    private static TestApp.Answer post(String body, String signature) {
        return post(body.getBytes(StandardCharsets.UTF_8), signature);
    }

    private static long logged() {
        return app.database().sql("select count(*) from webhook_log").query(Long.class).single();
    }

    private static void assertRefused(long before, TestApp.Answer answer) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("code").asText()).isEqualTo("bad-signature");
        assertThat(answer.text()).doesNotContain(SECRET);
        assertThat(logged()).isEqualTo(before);
    }

    @Test
    void the_known_vector_is_accepted() {
        assertThat(post(VECTOR, "sha256=" + DIGEST).status()).isEqualTo(200);
    }

    @Test
    void the_previous_secret_is_accepted_during_a_rotation_and_no_third_one() {
        byte[] body = VECTOR.getBytes(StandardCharsets.UTF_8);

        assertThat(post(body, SignatureVerifier.header(body, "previous-app-secret")).status()).isEqualTo(200);
        assertRefused(logged(), post(body, SignatureVerifier.header(body, "third-app-secret")));
        assertRefused(logged(), post(body, SignatureVerifier.header(body, " ")));
    }

    @Test
    void an_emoji_in_plain_utf_8_is_signed_over_its_bytes() {
        byte[] body = "{\"object\":\"x\",\"text\":\"😀 é\"}".getBytes(StandardCharsets.UTF_8);

        assertThat(post(body, SignatureVerifier.header(body, SECRET)).status()).isEqualTo(200);
    }

    @Test
    void a_missing_signature_is_refused() {
        assertRefused(logged(), post(VECTOR, null));
    }

    @Test
    void an_empty_body_is_refused() throws IOException {
        for (String signature : new String[] {"X-Probe: none", "X-Hub-Signature-256: sha256=" + DIGEST}) {
            long before = logged();
            assertThat(RawHttp.exchange(app.url(PATH), """
                    POST %s HTTP/1.1
                    Host: localhost
                    Content-Type: application/json
                    Content-Length: 0
                    Connection: close
                    %s

                    """.formatted(PATH, signature), new byte[0])).startsWith("HTTP/1.1 401 ").contains("\"bad-signature\"");
            assertThat(logged()).isEqualTo(before);
        }
    }

    @Test
    void a_truncated_or_lengthened_signature_is_refused() {
        assertRefused(logged(), post(VECTOR, "sha256=" + DIGEST.substring(0, 63)));
        assertRefused(logged(), post(VECTOR, "sha256=" + DIGEST.substring(0, 32)));
        assertRefused(logged(), post(VECTOR, "sha256=" + DIGEST + "0"));
        assertRefused(logged(), post(VECTOR, "sha256="));
        assertRefused(logged(), post(VECTOR, ""));
    }

    @Test
    void hexadecimal_digits_in_capitals_are_the_same_signature() {
        assertThat(post(VECTOR, "sha256=" + DIGEST.toUpperCase()).status()).isEqualTo(200);
    }

    @Test
    void another_algorithm_or_no_hexadecimal_digits_are_refused() {
        assertRefused(logged(), post(VECTOR, "sha1=" + DIGEST.substring(0, 40)));
        assertRefused(logged(), post(VECTOR, "sha1=" + DIGEST));
        assertRefused(logged(), post(VECTOR, "SHA256=" + DIGEST));
        assertRefused(logged(), post(VECTOR, DIGEST));
        assertRefused(logged(), post(VECTOR, "sha256=" + "z".repeat(64)));
    }

    @Test
    void the_same_json_written_in_another_way_is_refused() {
        assertRefused(logged(), post(Json.write(Json.read(VECTOR)), "sha256=" + DIGEST));
        assertRefused(logged(), post(VECTOR + "\n", "sha256=" + DIGEST));
    }

    @Test
    void one_changed_byte_anywhere_is_refused() {
        byte[] body = VECTOR.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < body.length; at += 17) {
            byte[] changed = body.clone();
            changed[at] ^= 1;
            assertRefused(logged(), post(changed, "sha256=" + DIGEST));
        }
    }
}
