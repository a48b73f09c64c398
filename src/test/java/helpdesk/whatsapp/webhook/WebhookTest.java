package helpdesk.whatsapp.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.TestApp;
import org.junit.jupiter.api.Test;

class WebhookTest {

    private final TestApp app = TestApp.shared();

    @Test
    void the_handshake_answers_the_challenge_as_plain_text() {
        TestApp.Answer answer = app.get("/api/integrations/whatsapp/webhook?hub.mode=subscribe&hub.challenge=1158201444"
                + "&hub.verify_token=mock-verify-token");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("1158201444");
        assertThat(answer.header("Content-Type")).startsWith("text/plain");
    }
}
