package helpdesk.whatsapp.crash;

import helpdesk.whatsapp.security.SignatureVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Posts webhooks as Meta signs them. */
record Webhook(Client client, String secret) {

    /** The status of the answer; 0 when there was none. */
    int post(String body) {
        try {
            return client.call("POST", "/api/integrations/whatsapp/webhook", body, Map.of("Content-Type", "application/json",
                    "X-Hub-Signature-256", SignatureVerifier.header(body.getBytes(StandardCharsets.UTF_8), secret))).status();
        } catch (IOException e) {
            return 0;
        }
    }
}
