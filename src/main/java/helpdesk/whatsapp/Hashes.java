package helpdesk.whatsapp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** SHA-256 in its two spellings: base64 in webhooks (hex in old ones), hex in the media endpoint and in our tables. */
public final class Hashes {

    private Hashes() {
    }

    /** Lower-case hex of a digest as Meta wrote it; null when it is not one. */
    public static String hex(String digest) {
        if (digest == null) {
            return null;
        }
        if (digest.matches("[0-9a-fA-F]{64}")) {
            return digest.toLowerCase();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(digest);
            return bytes.length == 32 ? HexFormat.of().formatHex(bytes) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Lower-case hex of the digest of the text in UTF-8. */
    public static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Lower-case hex of the digest of the bytes. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
