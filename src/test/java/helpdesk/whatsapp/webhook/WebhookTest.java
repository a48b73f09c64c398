package helpdesk.whatsapp.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.TestApp;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTest {

    static final String PATH = "/api/integrations/whatsapp/webhook";

    private final TestApp app = TestApp.shared();

    private TestApp.Answer handshake(String query) {
        return app.call("GET", PATH + query, (byte[]) null, Map.of());
    }

    @Test
    void the_handshake_answers_the_challenge_as_plain_text() {
        TestApp.Answer answer = handshake("?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=mock-verify-token");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("1158201444");
        assertThat(answer.header("Content-Type")).startsWith("text/plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'quoted'", "<script>alert(1)</script>", "${camelId}", "a,b) or (c", "null", "true", "{{whatsapp.app-secret}}",
        "with space", "\"double\""})
    void any_challenge_comes_back_verbatim_and_never_as_html(String challenge) {
        TestApp.Answer answer = handshake("?hub.mode=subscribe&hub.verify_token=mock-verify-token&hub.challenge="
                + URLEncoder.encode(challenge, StandardCharsets.UTF_8));

        assertThat(answer.text()).isEqualTo(challenge);
        assertThat(answer.header("Content-Type")).startsWith("text/plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=another",
        "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
        "?hub.mode=subscribe&hub.challenge=1",
        "?hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=mock-verify-token",
        "?hub.challenge=1&hub.verify_token=mock-verify-token",
        "?hub.mode=SUBSCRIBE&hub.challenge=1&hub.verify_token=mock-verify-token",
        "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=MOCK-VERIFY-TOKEN",
        ""})
    void a_handshake_with_another_token_or_mode_is_refused_without_the_challenge(String query) {
        TestApp.Answer answer = handshake(query);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("code").asText()).isEqualTo("handshake-refused");
    }

    @Test
    void a_handshake_without_a_challenge_or_with_a_very_long_one_is_refused() {
        String ours = "?hub.mode=subscribe&hub.verify_token=mock-verify-token";

        assertThat(handshake(ours).status()).isEqualTo(400);
        assertThat(handshake(ours + "&hub.challenge=").status()).isEqualTo(400);
        assertThat(handshake(ours + "&hub.challenge=" + "1".repeat(257)).status()).isEqualTo(400);
    }

    @Test
    void nothing_of_a_request_is_echoed_in_an_answer() {
        String query = "?hub.mode=subscribe&hub.challenge=77&hub.verify_token=mock-verify-token&Set-Cookie=q%3D1&Location=http%3A%2F%2Fx";
        TestApp.Answer handshake = app.call("GET", PATH + query, (byte[]) null, Map.of("X-Probe", "probe", "Cookie", "a=b"));
        TestApp.Answer refused = app.call("POST", PATH + "?Set-Cookie=q%3D1&X-Query=probe", "{}",
                Map.of("Content-Type", "application/json", "X-Probe", "probe"));
        TestApp.Answer accepted = app.webhook("{\"object\":\"echo-probe\"}");

        for (TestApp.Answer answer : new TestApp.Answer[] {handshake, refused, accepted}) {
            assertThat(answer.headers().keySet()).map(String::toLowerCase)
                    .isSubsetOf(":status", "content-type", "content-length", "transfer-encoding", "connection");
        }
        assertThat(accepted.text()).isEqualTo("EVENT_RECEIVED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH"})
    void another_method_is_405_and_names_the_ones_that_work(String method) {
        TestApp.Answer answer = app.call(method, PATH, "{}", Map.of("Content-Type", "application/json"));

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).contains("GET").contains("POST");
        assertThat(answer.json().path("code").asText()).isEqualTo("method-not-allowed");
    }
}
