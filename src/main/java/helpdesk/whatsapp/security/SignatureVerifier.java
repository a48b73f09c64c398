package helpdesk.whatsapp.security;

import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Problem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a webhook pass only with {@code X-Hub-Signature-256: sha256=<HMAC-SHA256 of the raw bytes by the app secret, in hex>}
 * (Meta, "Create a webhook endpoint"). During a rotation the previous secret is accepted too. Refuses with 401
 * {@code bad-signature}; nothing is stored.
 */
public final class SignatureVerifier implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(SignatureVerifier.class);
    private static final String PREFIX = "sha256=";
    private static final String MISMATCH = "The signature does not match the body: it was made with another app secret, or the body was changed.";

    private final Settings settings;
    private final WebhookSigns signs;

    public SignatureVerifier(Settings settings, WebhookSigns signs) {
        this.settings = settings;
        this.signs = signs;
    }

    @Override
    public void process(Exchange exchange) {
        byte[] raw = exchange.getMessage().getBody(byte[].class);
        String header = exchange.getMessage().getHeader("X-Hub-Signature-256", String.class);
        String fault = fault(raw == null ? new byte[0] : raw, header);
        if (fault != null) {
            LOG.warn("A webhook was refused: {}", fault);
            signs.sawRefused(fault + " (" + (raw == null ? 0 : raw.length) + " bytes)", fault.equals(MISMATCH) && namesUs(raw));
            throw new Problem(401, "bad-signature", fault);
        }
        signs.sawSigned(raw);
    }

    private String fault(byte[] raw, String header) {
        if (header == null) {
            return "The header X-Hub-Signature-256 is missing.";
        }
        if (!header.startsWith(PREFIX) || header.length() != PREFIX.length() + 64) {
            return "The header X-Hub-Signature-256 is not sha256= and 64 hexadecimal digits.";
        }
        byte[] given;
        try {
            given = HexFormat.of().parseHex(header, PREFIX.length(), header.length());
        } catch (IllegalArgumentException e) {
            return "The header X-Hub-Signature-256 is not sha256= and 64 hexadecimal digits.";
        }
        String previous = settings.get("whatsapp.app-secret-previous");
        boolean matches = MessageDigest.isEqual(given, hmac(raw, settings.get("whatsapp.app-secret")))
                || !previous.isEmpty() && MessageDigest.isEqual(given, hmac(raw, previous));
        return matches ? null : MISMATCH;
    }

    // What Meta sends names our account and number, which outsiders do not know.
    private boolean namesUs(byte[] raw) {
        String body = new String(raw, StandardCharsets.ISO_8859_1);
        return body.contains(settings.get("whatsapp.phone-number-id")) || body.contains(settings.get("whatsapp.waba-id"));
    }

    /** HMAC-SHA256 of the bytes with the secret, as Meta signs its webhooks. */
    public static byte[] hmac(byte[] bytes, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The value of the signature header for these bytes. */
    public static String header(byte[] bytes, String secret) {
        return PREFIX + HexFormat.of().formatHex(hmac(bytes, secret));
    }
}
