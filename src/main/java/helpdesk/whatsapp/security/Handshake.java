package helpdesk.whatsapp.security;

import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.camel.Header;

/** Meta's verification of a callback URL: the challenge comes back only for our verify token. */
public final class Handshake {

    private static final int LONGEST_CHALLENGE = 256;

    private final Settings settings;
    private final WebhookSigns signs;

    public Handshake(Settings settings, WebhookSigns signs) {
        this.settings = settings;
        this.signs = signs;
    }

    /** The challenge, to be answered as plain text; 403 {@code handshake-refused} otherwise. */
    public String answer(@Header("hub.mode") String mode, @Header("hub.verify_token") String token,
            @Header("hub.challenge") String challenge) {
        boolean ours = token != null && MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8),
                settings.get("whatsapp.verify-token").getBytes(StandardCharsets.UTF_8));
        if (!"subscribe".equals(mode) || !ours) {
            signs.saw("handshake-refused", ours ? "hub.mode is not subscribe." : token == null ? "There is no verify token." : "The verify token is another one.");
            throw new Problem(403, "handshake-refused",
                    "hub.mode must be subscribe and hub.verify_token must be the verify token set here.");
        }
        if (challenge == null || challenge.isEmpty() || challenge.length() > LONGEST_CHALLENGE) {
            throw new Problem(400, "handshake-refused", "hub.challenge is missing or too long.");
        }
        signs.sawHandshake(challenge);
        return challenge;
    }
}
